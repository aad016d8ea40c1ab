import { join } from 'node:path';
import type { Database, DatabaseOptions } from '@waybill/database';
import { sql } from 'drizzle-orm';
import type { AuthConfig } from './config.js';
import * as schema from './schema.js';

/** The auth service's database, on either driver. */
export type AuthDatabase = Database<typeof schema>;

/** A transaction on it. */
export type AuthTransaction = Parameters<Parameters<AuthDatabase['transaction']>[0]>[0];

/** Where the configuration puts the database. */
export function databaseOptions({ databaseUrl, dataDir }: AuthConfig): DatabaseOptions<typeof schema> {
  return {
    name: 'auth',
    schema,
    migrationsFolder: join(import.meta.dirname, '../migrations'),
    url: databaseUrl,
    folder: join(dataDir, 'auth'),
  };
}

/** Runs a transaction that replicas run one after the other; each sees what the one before it has committed. */
export function oneAtATime<T>(db: AuthDatabase, task: string, work: (tx: AuthTransaction) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${task}))`);
    return work(tx);
  });
}
