import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { AuthDatabase } from '../database.js';
import { secondKeys, sessions } from '../schema.js';
import { isTakenBack } from '../security-events/taken-back.js';

/** A second key that works. */
export interface LivingSecondKey {
  id: string;
  sid: string;
  /** The client through which it was made. */
  clientId: string;
  /** The `jti` of the token that it goes with. */
  tokenId: string;
  scopes: string[];
  createdAt: Date;
  expiresAt: Date;
}

/** A subject's second keys that work, newest first: not expired, and their tokens not taken back, in whatever way. */
export async function livingSecondKeys(db: Pick<AuthDatabase, 'select'>, sub: string): Promise<LivingSecondKey[]> {
  const { id, sid, tokenId, scopes, createdAt, expiresAt } = secondKeys;
  const keys = await db
    .select({ id, sid, clientId: sessions.clientId, tokenId, scopes, createdAt, expiresAt })
    .from(secondKeys)
    .innerJoin(sessions, eq(sessions.sid, secondKeys.sid))
    .where(and(eq(secondKeys.sub, sub), isNull(secondKeys.revokedAt), gt(expiresAt, sql`now()`)))
    .orderBy(desc(createdAt), id);
  const living: LivingSecondKey[] = [];
  for (const key of keys) if (!(await isTakenBack(db, { ...key, jti: key.tokenId }))) living.push(key);
  return living;
}
