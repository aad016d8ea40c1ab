import { or, sql } from 'drizzle-orm';
import type { AuthDatabase } from '../database.js';
import { securityEvents } from './security-event.table.js';

/** What can be taken back of a token. */
export interface Revocable {
  jti: string;
  sid: string;
  scopes: readonly string[];
}

/**
 * Whether the log says that a token is good no longer: by itself, by its session, or by a scope that it carries. The log
 * keeps what it says for longer than any token lives that it concerns.
 */
export async function isTakenBack(db: Pick<AuthDatabase, 'select'>, token: Revocable): Promise<boolean> {
  const { jti, sid, scopes } = token;
  const entries = [['t', jti], ['s', sid], ...scopes.map((scope) => ['c', sid, [scope]])];
  const named = entries.map((entry) => sql`${securityEvents.entries} @> ${JSON.stringify([entry])}::jsonb`);
  const found = await db
    .select({ seq: securityEvents.seq })
    .from(securityEvents)
    .where(or(...named))
    .limit(1);
  return found.length > 0;
}
