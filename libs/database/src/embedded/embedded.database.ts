import type { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import type { DatabaseOptions, OpenDatabase, Schema } from '../database.js';
import { embeddedJobConnection } from '../jobs/job-connection.js';
import { applyMigrations } from '../migrate.js';
import { startEngine } from './engine.js';
import { prepareFolder } from './folder.js';
import { lockFolder } from './folder-lock.js';
import { keepHouse } from './housekeeping.js';

/**
 * Opens PGlite, PostgreSQL in this process, on a folder of its own.
 * @throws DatabaseError when the folder cannot be written to, is in use, or holds no sound database.
 */
export async function openEmbeddedDatabase<S extends Schema>(options: DatabaseOptions<S>): Promise<OpenDatabase<S>> {
  const folder = prepareFolder(options.name, options.folder);
  const unlock = lockFolder(options.name, options.folder, folder.lock);
  try {
    const engine = await startEngine(options, folder);
    return await databaseOn(engine, options, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function databaseOn<S extends Schema>(
  engine: PGlite,
  { name, schema, migrationsFolder }: DatabaseOptions<S>,
  unlock: () => void,
): Promise<OpenDatabase<S>> {
  const db = drizzle(engine, { schema });
  try {
    await applyMigrations(name, migrationsFolder, () => migrate(db, { migrationsFolder }));
  } catch (error) {
    await engine.close();
    throw error;
  }
  const stopHousekeeping = keepHouse(name, engine);
  return {
    kind: 'embedded',
    db,
    ping: async () => void (await engine.query('SELECT 1')),
    connectJobs: () => embeddedJobConnection(engine),
    close: async () => {
      stopHousekeeping();
      await engine.close();
      unlock();
    },
  };
}
