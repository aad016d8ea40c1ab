import { lt, sql } from 'drizzle-orm';
import { mostClockToleranceSeconds } from '../config.js';
import type { AuthDatabase } from '../database.js';
import { secondKeys } from '../schema.js';

/** Deletes the second keys whose tokens no guard takes any more: until then a cut-off has to name their sessions. */
export async function pruneSecondKeys(db: AuthDatabase): Promise<void> {
  const dead = sql`now() - make_interval(secs => ${mostClockToleranceSeconds})`;
  await db.delete(secondKeys).where(lt(secondKeys.expiresAt, dead));
}
