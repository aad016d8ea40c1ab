import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Caller, createSecondKey, TokenInvalid } from '@waybill/auth';
import type { Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { invalidCredentials } from '../accounts/account.problems.js';
import { Accounts } from '../accounts/accounts.js';
import { type Actor } from '../audit/actor.js';
import { addAuditEntry } from '../audit/audit-trail.js';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { grantedScopes } from '../grants/grants.js';
import { narrow } from '../grants/narrow.js';
import { secondKeys, sessions } from '../schema.js';
import { isTakenBack } from '../security-events/taken-back.js';
import { lockSubject } from '../subjects/subjects.js';
import { GuessDefence } from '../throttle/guess-defence.js';
import { AccessTokens, type IssuedToken, type TokenAnswer } from '../tokens/access-tokens.js';
import { livingSecondKeys } from './living-second-keys.js';
import type { SecondKeyBody } from './second-key.body.js';
import { peopleOnly, tooManySecondKeys } from './second-key.problems.js';

/** What `POST /second-keys` answers: the key, which nobody is ever shown again, and the token that works with it alone. */
export interface SecondKeyAnswer extends TokenAnswer {
  id: string;
  second_key: string;
}

/** Who asks, from where. */
export interface Applicant {
  caller: Caller;
  address: string;
  actor: Actor;
}

/** The session of a token that is good, as it stands. */
interface Standing {
  sid: string;
  clientId: string;
  scopes: string[];
  expiresAt: Date;
}

/**
 * Makes a second key, for somebody who has a token and knows the password too: a stolen token alone makes none. The new
 * token keeps every binding of the one that was shown and carries no scope beyond it. It is issued under the lock of its
 * subject, so that a cut-off comes wholly before it or names its session.
 */
@Injectable()
export class CreateSecondKey {
  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly accounts: Accounts,
    private readonly defence: GuessDefence,
    private readonly tokens: AccessTokens,
  ) {}

  /** Rejects with 401 for a wrong password, 403 for a client, 409 where there are enough, `invalid_scope`, TooManyAttempts, TokenInvalid. */
  async create(applicant: Applicant, { password, scope }: SecondKeyBody): Promise<SecondKeyAnswer> {
    await this.requirePassword(applicant, password);
    return this.db.transaction(async (tx) => {
      await lockSubject(tx, applicant.caller.subject);
      const standing = await requireStanding(tx, applicant.caller);
      await this.requireRoom(tx, applicant.caller.subject);
      return this.issue(tx, applicant, standing, scope);
    });
  }

  /** Guesses count as those at sign-in do: for the account, and for the address. */
  private async requirePassword({ caller, address }: Applicant, password: string): Promise<void> {
    const name = await this.accounts.nameOf(caller.subject);
    if (name === undefined) throw peopleOnly();
    const asked = { kind: 'account', name, address } as const;
    const sub = await this.defence.check(asked, () => this.accounts.signIn(name, password));
    if (sub !== caller.subject) throw invalidCredentials();
  }

  private async requireRoom(tx: AuthTransaction, sub: string): Promise<void> {
    const { maxSecondKeys } = this.config;
    if ((await livingSecondKeys(tx, sub)).length >= maxSecondKeys) throw tooManySecondKeys(maxSecondKeys);
  }

  private async issue(
    tx: AuthTransaction,
    { caller, actor }: Applicant,
    standing: Standing,
    requested: string | undefined,
  ): Promise<SecondKeyAnswer> {
    const granted = await grantedScopes(tx, caller.subject);
    const held = granted.filter((scope) => caller.scopes.has(scope) && standing.scopes.includes(scope));
    const scopes = narrow(requested, held);
    const { key, hash } = createSecondKey();
    const issued = this.tokens.issue({
      sub: caller.subject,
      clientId: standing.clientId,
      sid: standing.sid,
      scopes,
      confirmation: { ...caller.confirmation, secondKeyHash: hash },
      notAfter: Math.floor(standing.expiresAt.getTime() / 1000),
    });
    const id = await record(tx, { issued, scopes, sid: standing.sid, sub: caller.subject, actor });
    return { id, second_key: key, ...issued.answer };
  }
}

/** A token that the guard took may have been taken back since, and its session may have ended. @throws TokenInvalid */
async function requireStanding(tx: AuthTransaction, caller: Caller): Promise<Standing> {
  const { subject: sub, tokenId: jti, sessionId: sid, scopes } = caller;
  if (jti === undefined || sid === undefined) throw new TokenInvalid('second_key.token_without_session');
  if (await isTakenBack(tx, { jti, sid, scopes: [...scopes] })) throw new TokenInvalid('second_key.token_taken_back');
  const [session] = await tx
    .select({ clientId: sessions.clientId, scopes: sessions.scopes, expiresAt: sessions.expiresAt })
    .from(sessions)
    .where(
      and(
        eq(sessions.sid, sid),
        eq(sessions.sub, sub),
        isNull(sessions.endedAt),
        gt(sessions.expiresAt, sql`now() + interval '1 second'`),
      ),
    );
  if (!session || session.clientId !== caller.clientId) throw new TokenInvalid('second_key.session_ended');
  return { sid, ...session };
}

interface Made {
  issued: IssuedToken;
  scopes: Scope[];
  sid: string;
  sub: string;
  actor: Actor;
}

async function record(tx: AuthTransaction, { issued, scopes, sid, sub, actor }: Made): Promise<string> {
  const id = randomUUID();
  const { tokenId, expiresAt } = issued;
  await tx.insert(secondKeys).values({ id, sid, sub, tokenId, scopes, expiresAt });
  const after = { secondKey: id, token: tokenId, session: sid, scopes, expiresAt: expiresAt.toISOString() };
  await addAuditEntry(tx, { action: 'second-key-created', actor, subject: sub, after });
  return id;
}
