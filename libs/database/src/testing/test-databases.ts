import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { copyTemplate } from './embedded-template.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server on which tests may create databases; null: none answers. */
    postgresUrl: string | null;
    /** A Redis server whose keys tests may use; null: none answers. */
    redisUrl: string | null;
    /** The path at which the run keeps an empty embedded database to copy. */
    embeddedTemplate: string;
  }
}

/** Where one test's database is: spread it into the options of `openDatabase`. */
export interface TestDatabase {
  /** Set on PostgreSQL only. */
  url?: string;
  /** A folder of the test's own; on the embedded kind it holds the empty database. */
  folder: string;
  /** Removes it; close it first. */
  drop(): Promise<void>;
}

/** A kind of database on which the tests run. */
export interface TestDatabaseKind {
  kind: 'embedded' | 'postgres';
  /** An empty database that nobody else uses. */
  create(): Promise<TestDatabase>;
}

/** The kinds that this machine offers: the embedded one always, PostgreSQL where a server answers. */
export function testDatabases(): TestDatabaseKind[] {
  const url = inject('postgresUrl');
  const embedded: TestDatabaseKind = { kind: 'embedded', create: createEmbedded };
  return url === null ? [embedded] : [embedded, { kind: 'postgres', create: () => createPostgres(url) }];
}

async function createEmbedded(): Promise<TestDatabase> {
  const { folder, drop } = await createFolder();
  await copyTemplate(inject('embeddedTemplate'), folder);
  return { folder, drop };
}

async function createFolder(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-test-'));
  return { folder, drop: () => rm(folder, { recursive: true, force: true }) };
}

async function createPostgres(serverUrl: string): Promise<TestDatabase> {
  const database = `waybill_test_${randomBytes(6).toString('hex')}`;
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  await administer(serverUrl, `CREATE DATABASE ${database}`);
  const { folder, drop } = await createFolder();
  return {
    url: url.href,
    folder,
    drop: async () => {
      await administer(serverUrl, `DROP DATABASE ${database} WITH (FORCE)`);
      await drop();
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
