import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import type { AuthDatabase } from '../database.js';
import { refreshTokens, sessions } from '../schema.js';
import { newRefreshToken, refreshTokenHash } from './refresh-token.js';

/** Who signed in, with which client, and for which scopes. */
export interface SignIn {
  sub: string;
  clientId: string;
  scopes: readonly Scope[];
}

/** The session that a refresh token belongs to, and how both stand. */
export interface RefreshableSession {
  sid: string;
  sub: string;
  clientId: string;
  /** What was granted at sign-in: a refresh never gets more. */
  scopes: readonly string[];
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

/** Sign-ins and their rotating refresh tokens (RFC 9700 §4.14.2). A session lives for 30 days, however often it is refreshed. */
@Injectable()
export class Sessions {
  constructor(@InjectDatabase() private readonly db: AuthDatabase) {}

  /** Opens a session, with its first refresh token. */
  async open(signIn: SignIn): Promise<{ sid: string; refreshToken: string }> {
    const sid = randomUUID();
    const refreshToken = newRefreshToken();
    await this.db.transaction(async (tx) => {
      const expiresAt = sql`now() + interval '30 days'`;
      await tx.insert(sessions).values({ ...signIn, sid, scopes: [...signIn.scopes], expiresAt });
      await tx.insert(refreshTokens).values({ hash: refreshTokenHash(refreshToken), sid });
    });
    return { sid, refreshToken };
  }

  /** The session of a refresh token, if there is such a token. */
  async find(refreshToken: string): Promise<RefreshableSession | undefined> {
    const [found] = await this.db
      .select({
        sid: sessions.sid,
        sub: sessions.sub,
        clientId: sessions.clientId,
        scopes: sessions.scopes,
        alive: sql<boolean>`${sessions.endedAt} is null and ${sessions.expiresAt} > now()`,
        used: howUsed,
      })
      .from(refreshTokens)
      .innerJoin(sessions, eq(sessions.sid, refreshTokens.sid))
      .where(eq(refreshTokens.hash, refreshTokenHash(refreshToken)));
    return found;
  }

  /** Uses a refresh token up and answers its successor; undefined where another request was faster. */
  rotate(refreshToken: string): Promise<string | undefined> {
    const unused = and(eq(refreshTokens.hash, refreshTokenHash(refreshToken)), isNull(refreshTokens.usedAt));
    return this.db.transaction(async (tx) => {
      const [used] = await tx.update(refreshTokens).set({ usedAt: sql`clock_timestamp()` }).where(unused).returning();
      if (!used) return undefined;
      const successor = newRefreshToken();
      await tx.insert(refreshTokens).values({ hash: refreshTokenHash(successor), sid: used.sid });
      return successor;
    });
  }

  /** Ends a session: none of its refresh tokens works any more. */
  async end(sid: string): Promise<void> {
    await this.db
      .update(sessions)
      .set({ endedAt: sql`now()` })
      .where(and(eq(sessions.sid, sid), isNull(sessions.endedAt)));
  }

  /** Deletes the sessions whose time is over, with their refresh tokens. */
  async sweep(): Promise<void> {
    await this.db.delete(sessions).where(lt(sessions.expiresAt, sql`now()`));
  }
}
