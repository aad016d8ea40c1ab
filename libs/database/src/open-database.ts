import type { DatabaseOptions, OpenDatabase, Schema } from './database.js';
import { openEmbeddedDatabase } from './embedded/embedded.database.js';
import { openPostgresDatabase } from './postgres/postgres.database.js';

/**
 * Opens PostgreSQL when a URL is given and the embedded database when not, and applies the migrations. Several
 * processes may open one PostgreSQL database at once: one migrates, the others wait for it.
 * @throws DatabaseError when it cannot be used as configured.
 */
export function openDatabase<S extends Schema>(options: DatabaseOptions<S>): Promise<OpenDatabase<S>> {
  return options.url === undefined ? openEmbeddedDatabase(options) : openPostgresDatabase(options, options.url);
}
