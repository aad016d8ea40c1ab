import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Confirmation } from '@waybill/auth';
import type { Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { longestTokenTtlSeconds, mostClockToleranceSeconds } from '../config.js';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { grantedScopes } from '../grants/grants.js';
import { narrow } from '../grants/narrow.js';
import { refreshTokens, sessions } from '../schema.js';
import { lockSubject } from '../subjects/subjects.js';
import { newRefreshToken, refreshTokenHash } from './refresh-token.js';

/** Who signed in, with which client. */
export interface SignIn {
  sub: string;
  clientId: string;
  /** What its tokens are bound to. */
  confirmation?: Confirmation | undefined;
}

/** What a session gives for one access token: the scopes that it may carry, and the refresh token for the next one. */
export interface Issue {
  sid: string;
  scopes: Scope[];
  refreshToken: string;
}

/** The session that a refresh token belongs to, and how both stand. */
export interface RefreshableSession {
  sid: string;
  sub: string;
  clientId: string;
  confirmation: Confirmation | null;
  /** Not expired and not ended. */
  alive: boolean;
  /** Whether the refresh token was used: not yet, by a request that is not answered yet, or by one that may be. */
  used: 'no' | 'just now' | 'before';
}

/** For how long, in milliseconds, who used a refresh token up has not been answered yet: it waits longer with its answer. */
export const contestMs = 150;

const howUsed = sql<RefreshableSession['used']>`case
  when ${refreshTokens.usedAt} is null then 'no'
  when ${refreshTokens.usedAt} > clock_timestamp() - make_interval(secs => ${contestMs / 1000}) then 'just now'
  else 'before' end`;

/**
 * Sign-ins and their rotating refresh tokens (RFC 9700 §4.14.2). A session lives for 30 days, however often it is
 * refreshed. What it gives is decided under the lock of its subject.
 */
@Injectable()
export class Sessions {
  constructor(@InjectDatabase() private readonly db: AuthDatabase) {}

  /**
   * Opens a session for what is granted today, or for what `requested` narrows that to, with its first refresh token.
   * Rejects with OAuthError `invalid_scope`.
   */
  open({ sub, clientId, confirmation }: SignIn, requested: string | undefined): Promise<Issue> {
    const sid = randomUUID();
    return this.db.transaction(async (tx) => {
      await lockSubject(tx, sub);
      const scopes = narrow(requested, await grantedScopes(tx, sub));
      await tx
        .insert(sessions)
        .values({ sid, sub, clientId, scopes, confirmation, expiresAt: sql`now() + interval '30 days'` });
      return { sid, scopes, refreshToken: await addRefreshToken(tx, sid) };
    });
  }

  /** The session of a refresh token, if there is such a token. */
  async find(refreshToken: string): Promise<RefreshableSession | undefined> {
    const [found] = await this.db
      .select({
        sid: sessions.sid,
        sub: sessions.sub,
        clientId: sessions.clientId,
        confirmation: sessions.confirmation,
        alive: sql<boolean>`${sessions.endedAt} is null and ${sessions.expiresAt} > now()`,
        used: howUsed,
      })
      .from(refreshTokens)
      .innerJoin(sessions, eq(sessions.sid, refreshTokens.sid))
      .where(eq(refreshTokens.hash, refreshTokenHash(refreshToken)));
    return found;
  }

  /**
   * Uses a refresh token up and answers what it gives: what was granted at sign-in and still is today, or what
   * `requested` narrows that to. The session is bound as `confirmation` says from then on. Undefined where another request
   * was faster, or the session has ended meanwhile.
   * Rejects with OAuthError `invalid_scope`, and uses nothing up then.
   */
  rotate(
    { sid, sub, confirmation }: RefreshableSession,
    refreshToken: string,
    requested: string | undefined,
  ): Promise<Issue | undefined> {
    return this.db.transaction(async (tx) => {
      await lockSubject(tx, sub);
      const session = await livingSession(tx, sid);
      if (session === undefined) return undefined;
      const today = await grantedScopes(tx, sub);
      const left = today.filter((scope) => session.scopes.includes(scope));
      const scopes = narrow(requested, left);
      if (!(await useUp(tx, refreshToken))) return undefined;
      if (confirmation) await tx.update(sessions).set({ confirmation }).where(eq(sessions.sid, sid));
      return { sid, scopes, refreshToken: await addRefreshToken(tx, sid) };
    });
  }

  /** Deletes the sessions whose time is over, with their refresh tokens, once their last access token is dead: until then a cut-off has to name them. */
  async sweep(): Promise<void> {
    const seconds = longestTokenTtlSeconds + mostClockToleranceSeconds;
    await this.db.delete(sessions).where(lt(sessions.expiresAt, sql`now() - make_interval(secs => ${seconds})`));
  }
}

async function livingSession(tx: AuthTransaction, sid: string): Promise<{ scopes: string[] } | undefined> {
  const [session] = await tx
    .select({ scopes: sessions.scopes })
    .from(sessions)
    .where(and(eq(sessions.sid, sid), isNull(sessions.endedAt), gt(sessions.expiresAt, sql`now()`)));
  return session;
}

/** Whether the token was still to be used. */
async function useUp(tx: AuthTransaction, refreshToken: string): Promise<boolean> {
  const unused = and(eq(refreshTokens.hash, refreshTokenHash(refreshToken)), isNull(refreshTokens.usedAt));
  const used = await tx.update(refreshTokens).set({ usedAt: sql`clock_timestamp()` }).where(unused).returning();
  return used.length === 1;
}

async function addRefreshToken(tx: AuthTransaction, sid: string): Promise<string> {
  const refreshToken = newRefreshToken();
  await tx.insert(refreshTokens).values({ hash: refreshTokenHash(refreshToken), sid });
  return refreshToken;
}
