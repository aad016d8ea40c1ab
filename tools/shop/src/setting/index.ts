/** Where the shop is to listen, and whether it can. It starts nothing. */
export { freePort, freePorts, requireFreePorts } from './free-port.js';
export { requireNodeVersion } from './node-version.js';
export { localUrl, SettingsError, type ShopSettings, shopSettings } from './shop-settings.js';
