import { drizzle } from 'drizzle-orm/node-postgres';
import type { DatabaseOptions, OpenDatabase, Schema } from '../database.js';
import { pooledJobConnection } from '../jobs/job-connection.js';
import { migrateOnce } from './migrate-once.js';
import { createPool } from './pool.js';
import { serverAddress } from './server-address.js';
import { transactionOf } from './transaction.js';
import { waitForServer } from './wait-for-server.js';

const defaultConnectTimeoutSeconds = 30;

/** Enough for a few workers and the supervision beside them. */
const jobConnections = 3;

/**
 * Opens a pool on a PostgreSQL server, once it can be reached and its database is migrated.
 * @throws DatabaseError when the URL is wrong, the server refuses, or nobody answers in time.
 */
export async function openPostgresDatabase<S extends Schema>(
  { name, schema, migrationsFolder, connectTimeoutSeconds: seconds = defaultConnectTimeoutSeconds }: DatabaseOptions<S>,
  url: string,
): Promise<OpenDatabase<S>> {
  const address = serverAddress(name, url);
  await waitForServer({ name, address, seconds }, () => migrateOnce(name, url, migrationsFolder));
  const pool = createPool(name, url);
  const db = drizzle(pool, { schema });
  db.transaction = transactionOf(pool, schema);
  return {
    kind: 'postgres',
    db,
    ping: async () => void (await pool.query('SELECT 1')),
    connectJobs: async () => pooledJobConnection(createPool(`${name}-jobs`, url, jobConnections)),
    close: () => pool.end(),
  };
}
