/** The shop as real processes on a place of its own: addresses, databases, accounts, logs. It knows no fault and no load. */
export type { Credentials, People } from './accounts.js';
export { Deployment, type DeploymentOptions } from './deployment.js';
export { LogFolder } from './log-folder.js';
export { missingPostgres } from './postgres-programs.js';
export { PostgresServer, type ShutdownMode } from './postgres-server.js';
export { type DatabaseKind, firstOf, type Lives, placeReplicas, type Replica, replicasOf } from './replica.js';
export { readTables, type TableRow, type Tables } from './tables.js';
