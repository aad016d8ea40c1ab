/** Databases of their own for tests, thrown away afterwards, on each kind that this machine offers; and ways to cut them off. */
export { type TestDatabase, type TestDatabaseKind, testDatabases } from './test-databases.js';
export { Wire } from './wire.js';
