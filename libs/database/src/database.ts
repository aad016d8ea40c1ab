import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { JobConnection } from './jobs/job-connection.js';

/** The tables and relations of one service, as its `schema.ts` exports them. */
export type Schema = Record<string, unknown>;

/** A drizzle database over either driver. What it runs must mean the same on PostgreSQL 15 and on PGlite. */
export type Database<S extends Schema = Schema> = PgDatabase<PgQueryResultHKT, S>;

/** What one service's database is called and where it is. */
export interface DatabaseOptions<S extends Schema = Schema> {
  /** Who asks, as errors and log lines name it: `order`. */
  name: string;
  schema: S;
  /** The absolute path of the folder that `drizzle-kit generate` fills. */
  migrationsFolder: string;
  /** `postgres://user:password@host:port/database`; absent: the embedded database. */
  url?: string | undefined;
  /** The embedded database's own folder, one for each service; made where it is missing. Unused on PostgreSQL. */
  folder: string;
  /**
   * Embedded only: sync every commit to the disk. Without it (the default) no acknowledged commit is lost when the
   * process dies, and the last ones may be when the power does; with it neither, at about a third of the speed.
   */
  fsync?: boolean | undefined;
  /** PostgreSQL only: how long a server that cannot be reached is waited for at boot, in seconds (30). */
  connectTimeoutSeconds?: number | undefined;
  /** Embedded only: called at once when the disk is full; must end the process (the default does, with status 1). */
  onFatal?: ((line: string) => never) | undefined;
}

/** An open database, its migrations applied. */
export interface OpenDatabase<S extends Schema = Schema> {
  readonly kind: 'embedded' | 'postgres';
  readonly db: Database<S>;
  /** Resolves when the database answers; rejects with what stands in the way. */
  ping(): Promise<void>;
  /** What a job queue on this database runs its statements on; to be closed before the database. */
  connectJobs(): Promise<JobConnection>;
  /** Waits for what is running, then frees the folder or the connections. */
  close(): Promise<void>;
}
