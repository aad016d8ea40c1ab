/** Runs the shop while everything fails that can, and says what was violated; for `npm run chaos`, the e2e tests, and other tools that run the shop. */
export { type ChaosRun, runChaos } from './chaos.js';
export type { Violation } from './check/index.js';
export { LogFolder, missingPostgres, PostgresServer } from './deployment/index.js';
export { report, type Spread, spreadOf, summary } from './report/index.js';
export { RunFolder } from './run-folder.js';
export type { ChaosOptions } from './setting.js';
