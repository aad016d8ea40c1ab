/** How a service is set up: the environment read once, refused with the remedy where it is wrong. It starts nothing. */
export { developmentClientSecret } from './client-credentials.js';
export { ConfigurationError } from './configuration-error.js';
export { developmentSecret } from './development-secrets.js';
export type { Settings, SettingValues } from './environment.js';
export type { GuardConfig } from './guard-config.js';
export { httpAddress, type LogLevel, type ServiceConfig, serviceConfig } from './service-config.js';
export {
  choice,
  flag,
  httpUrl,
  integer,
  issuerUrl,
  list,
  port,
  type Setting,
  secret,
  setting,
  text,
  url,
} from './settings.js';
export type { ServiceName, Surroundings } from './surroundings.js';
