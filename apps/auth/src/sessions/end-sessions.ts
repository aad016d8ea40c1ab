import { and, arrayOverlaps, eq, exists, gt, isNull, or, type SQL, sql } from 'drizzle-orm';
import { mostClockToleranceSeconds } from '../config.js';
import type { AuthTransaction } from '../database.js';
import { refreshTokens, secondKeys, sessions } from '../schema.js';

/** What became of sessions. */
export interface Cut {
  /** How many it concerned. */
  count: number;
  /** Those in which an access token may be alive: the guards have to be told of them. */
  sids: string[];
}

/** Ends those of these sessions that have not ended; a token is alive for `aliveSeconds` after its issue. */
export async function endSessions(tx: AuthTransaction, which: SQL, aliveSeconds: number): Promise<Cut> {
  const open = and(which, isNull(sessions.endedAt));
  const sids = await withLivingTokens(tx, open, aliveSeconds);
  const ended = await tx.update(sessions).set({ endedAt: sql`now()` }).where(open).returning({ sid: sessions.sid });
  return { count: ended.length, sids };
}

/**
 * Takes scopes out of the sessions of an account, for good: a new sign-in gets them when they are granted again. Concerns
 * the sessions that carry one of them.
 */
export async function narrowSessions(
  tx: AuthTransaction,
  sub: string,
  withdrawn: readonly string[],
  aliveSeconds: number,
): Promise<Cut> {
  const carry = arrayOverlaps(sessions.scopes, [...withdrawn]);
  const concerned = and(eq(sessions.sub, sub), isNull(sessions.endedAt), carry);
  const sids = await withLivingTokens(tx, concerned, aliveSeconds);
  const scopes = withdrawn.reduce((left, scope) => sql`array_remove(${left}, ${scope})`, sql`${sessions.scopes}`);
  const narrowed = await tx.update(sessions).set({ scopes }).where(concerned).returning({ sid: sessions.sid });
  return { count: narrowed.length, sids };
}

/** With each access token of a session goes a refresh token or a second key, so that the newest ones tell. */
async function withLivingTokens(tx: AuthTransaction, which: SQL | undefined, aliveSeconds: number): Promise<string[]> {
  const refreshed = tx
    .select({ sid: refreshTokens.sid })
    .from(refreshTokens)
    .where(and(eq(refreshTokens.sid, sessions.sid), gt(refreshTokens.createdAt, ago(aliveSeconds))));
  const withSecondKey = tx
    .select({ sid: secondKeys.sid })
    .from(secondKeys)
    .where(and(eq(secondKeys.sid, sessions.sid), gt(secondKeys.expiresAt, ago(mostClockToleranceSeconds))));
  const rows = await tx
    .select({ sid: sessions.sid })
    .from(sessions)
    .where(and(which, or(exists(refreshed), exists(withSecondKey))));
  return rows.map(({ sid }) => sid);
}

function ago(seconds: number): SQL {
  return sql`now() - make_interval(secs => ${seconds})`;
}
