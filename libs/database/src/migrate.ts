import { DatabaseError } from './database-error.js';
import { databaseReason } from './failure/causes.js';
import { isDatabaseAway } from './failure/database-away.js';

/**
 * Runs the migrations and says in one line what stands in their way. A database that goes away meanwhile is not
 * their fault, and is passed on as it is.
 */
export async function applyMigrations(name: string, folder: string, migrate: () => Promise<void>): Promise<void> {
  try {
    await migrate();
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    throw new DatabaseError(
      `${name}: the migrations in ${folder} cannot be applied: ${databaseReason(error)}. Check that the folder is complete and that the role owns its database.`,
      { cause: error },
    );
  }
}
