import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { Schema } from '../database.js';
import { isDatabaseAway } from '../failure/database-away.js';

/**
 * Transactions that always give their connection back, and a broken one never. Drizzle's own keeps the connection
 * for ever when BEGIN fails, so that each restart of the server would cost some of the pool until none is left.
 */
export function transactionOf<S extends Schema>(pool: pg.Pool, schema: S): NodePgDatabase<S>['transaction'] {
  const databases = new WeakMap<pg.PoolClient, NodePgDatabase<S>>();
  const databaseOn = (client: pg.PoolClient) => {
    const database = databases.get(client) ?? drizzle(client, { schema });
    databases.set(client, database);
    return database;
  };
  return async (work, config) => {
    const client = await pool.connect();
    let broken = false;
    try {
      return await databaseOn(client).transaction(work, config);
    } catch (error) {
      broken = isDatabaseAway(error);
      throw error;
    } finally {
      client.release(broken);
    }
  };
}
