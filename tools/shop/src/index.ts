/** Runs the shop's three services as real processes, for people (`npm start`), the demo, the chaos run and the e2e tests. */
export type { PerService, ServiceName } from './services.js';
export { entryPoint, portVariable, serviceNames } from './services.js';
export { freePort, freePorts, SettingsError } from './setting/index.js';
export { type Shop, type ShopOptions, startShop } from './shop.js';
export { stopSignal } from './stop-signal.js';
export {
  type Exit,
  type Observer,
  type Patience,
  type Program,
  ServiceFailure,
  SupervisedService,
} from './supervise/index.js';
