/** Runs the shop while everything fails that can, and says what was violated; for `npm run chaos` and the e2e tests. */
export { type ChaosRun, runChaos } from './chaos.js';
export type { Violation } from './check/index.js';
export { missingPostgres } from './deployment/index.js';
export { report, summary } from './report/index.js';
export { RunFolder } from './run-folder.js';
export type { ChaosOptions } from './setting.js';
