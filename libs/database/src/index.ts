/** One schema and one folder of migrations on two databases, embedded and PostgreSQL. It knows no service and no table. */
export type { Database, DatabaseOptions, OpenDatabase, Schema } from './database.js';
export { DatabaseError } from './database-error.js';
export { databaseReason } from './failure/causes.js';
export { isDatabaseAway } from './failure/database-away.js';
export { retryWhileAway } from './failure/retry-while-away.js';
export { isUniqueViolation } from './failure/unique-violation.js';
export { type JobHandler, type JobOptions, Jobs } from './jobs/index.js';
export { DatabaseHealth } from './nest/database.health.js';
export { DatabaseModule } from './nest/database.module.js';
export { DATABASE, InjectDatabase } from './nest/inject-database.js';
export { openDatabase } from './open-database.js';
