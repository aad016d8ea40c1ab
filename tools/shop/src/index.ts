/** Runs the shop's three services as real processes, for people (`npm start`), the demo and the e2e tests. */
export type { PerService, ServiceName } from './services.js';
export { serviceNames } from './services.js';
export { freePorts, SettingsError } from './setting/index.js';
export { type Shop, type ShopOptions, startShop } from './shop.js';
export { type Observer, ServiceFailure } from './supervise/index.js';
