/** What every app of the shop shares at its edge: configuration, log, health, metrics, problem details, the records of used tokens and nonces, start and end. It knows no app. */
export {
  ConfigurationError,
  choice,
  developmentClientSecret,
  developmentSecret,
  flag,
  type GuardConfig,
  httpAddress,
  httpUrl,
  integer,
  issuerUrl,
  type LogLevel,
  list,
  port,
  type ServiceConfig,
  type ServiceName,
  type Setting,
  type Settings,
  type SettingValues,
  type Surroundings,
  secret,
  serviceConfig,
  setting,
  text,
  url,
} from './configuration/index.js';
export { NONCES, NoncesModule } from './nonces/index.js';
export {
  type InvalidMember,
  type Problem,
  ProblemException,
  problemBody,
  problemMediaType,
} from './problems/index.js';
export { connectRedis, type RedisConnection } from './redis/index.js';
export { type AppModule, crashPoint, createService, runService } from './run/index.js';
export { DrizzleUsedTokens, UsedTokensModule } from './used-tokens/index.js';
