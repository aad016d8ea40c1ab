import { Logger } from '@nestjs/common';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { applyMigrations } from '../migrate.js';

/** The advisory lock that whoever migrates a database holds; locks belong to one database, so one number does. */
const migrationLock = 0x77_61_79_62;

const connectionTimeoutMillis = 3_000;

/**
 * Applies the migrations on a connection of its own, one replica at a time: the others wait, then find nothing to do.
 * The server frees the lock when the connection ends, however it ends.
 */
export async function migrateOnce(name: string, url: string, migrationsFolder: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis,
    keepAlive: true,
    application_name: `waybill-${name}-migrate`,
  });
  const lost = new Promise<never>((_, reject) => client.on('error', reject));
  try {
    await Promise.race([lost, migrateUnderLock(client, name, migrationsFolder)]);
  } finally {
    await client.end();
  }
}

async function migrateUnderLock(client: pg.Client, name: string, migrationsFolder: string): Promise<void> {
  await client.connect();
  await takeLock(client, name);
  await applyMigrations(name, migrationsFolder, () => migrate(drizzle(client), { migrationsFolder }));
}

async function takeLock(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [migrationLock]);
  if (rows[0]?.taken) return;
  new Logger('Database').log(`${name}: another replica is migrating the database; waiting for it`);
  await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
}
