import type { PGlite } from '@electric-sql/pglite';
import { type SQL, sql } from 'drizzle-orm';
import type pg from 'pg';
import type { Db } from 'pg-boss';
import type { Database } from '../database.js';

/** What a job queue runs its statements on. */
export interface JobConnection {
  readonly backend: 'pglite' | 'postgres';
  readonly db: Db;
  /** Closes what belongs to the queue alone. */
  close(): Promise<void>;
}

/** Connections of the queue's own, so that neither it nor the requests wait for the other. */
export function pooledJobConnection(pool: pg.Pool): JobConnection {
  const executeSql = (text: string, values?: unknown[]) => pool.query(text, values);
  return { backend: 'postgres', db: { executeSql }, close: () => pool.end() };
}

/** The one session of the embedded engine. */
export async function embeddedJobConnection(engine: PGlite): Promise<JobConnection> {
  const { fromPglite } = await import('pg-boss');
  return { backend: 'pglite', db: fromPglite(engine), close: async () => undefined };
}

/** The connection of a transaction that is under way. */
export async function transactionConnection(transaction: Pick<Database, 'execute'>): Promise<Db> {
  const { fromDrizzle } = await import('pg-boss');
  const execute = (query: SQL) => transaction.execute(query) as Promise<{ rows: unknown[] }>;
  return fromDrizzle({ execute }, sql);
}
