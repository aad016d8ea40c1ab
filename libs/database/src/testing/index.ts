/** Databases of their own for tests, thrown away afterwards, on each kind that this machine offers. */
export { type TestDatabase, type TestDatabaseKind, testDatabases } from './test-databases.js';
