import { Injectable } from '@nestjs/common';
import { type Confirmation, readConfirmation } from '@waybill/auth';
import { audiencesOf, type Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import { type Client, holdSecret, unauthenticated } from '../clients/clients.js';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { grantedScopes } from '../grants/grants.js';
import { narrow } from '../grants/narrow.js';
import { OAuthError } from '../oauth/oauth-error.js';
import { isTakenBack } from '../security-events/taken-back.js';
import { holdPublished } from '../signing-keys/stored-signing-keys.js';
import { lockSubject } from '../subjects/subjects.js';
import { AccessTokens, type IssuedToken } from '../tokens/access-tokens.js';
import { type ExaminedToken, type IssuedClaims, IssuedTokens } from '../tokens/issued-tokens.js';
import type { ExchangePermission } from './exchange-permission.js';
import type { ExchangeRequest } from './exchange-request.js';
import { ExchangedTokens } from './exchanged-tokens.js';

/** What came of an exchange. */
export interface Exchange {
  subject: string;
  subjectTokenId: string;
  issued: IssuedToken;
}

/** Exchanges an access token for a narrower one, or for none at all. */
@Injectable()
export class TokenExchange {
  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly issuedTokens: IssuedTokens,
    private readonly tokens: AccessTokens,
    private readonly exchanged: ExchangedTokens,
  ) {}

  /**
   * Under the lock of the subject, so that a token is exchanged wholly before it is taken back, which then takes back what
   * came of it, or not at all. Rejects with OAuthError `invalid_request`, `invalid_target` or `invalid_scope`, and
   * `invalid_client` where the secret of the client has changed meanwhile.
   */
  async exchange(wanted: ExchangeRequest, permission: ExchangePermission, client: Client): Promise<Exchange> {
    const presented = await this.issuedTokens.examine(wanted.subjectToken);
    if (!presented?.claims.aud.includes(permission.addressedAs)) throw subjectTokenRefused();
    if (!presented.claims.aud.includes(wanted.audience))
      throw new OAuthError('invalid_target', 'The subject token does not name this audience.');
    const confirmation = confirmationOf(presented.claims, wanted);
    return this.db.transaction(async (tx) => {
      await this.requireStanding(tx, presented, client);
      const scopes = await scopesOf(tx, presented.claims, wanted);
      return this.issue(tx, presented, { permission, scopes, confirmation });
    });
  }

  /**
   * Whether the token was taken back by itself, with that from which it came, with its session, a scope of it, or its key, or
   * has expired while others held a lock. The log is asked once nobody can take it back any more.
   */
  private async requireStanding(tx: AuthTransaction, { claims, keyId }: ExaminedToken, client: Client): Promise<void> {
    const { sub, jti, sid, service_scopes: scopes, exp } = claims;
    await lockSubject(tx, sub);
    if (!(await holdPublished(tx, keyId))) throw subjectTokenRefused();
    if (!(await holdSecret(tx, client))) throw unauthenticated();
    await this.exchanged.hold(tx, jti);
    if (exp <= Date.now() / 1000 || (await isTakenBack(tx, { jti, sid, scopes }))) throw subjectTokenRefused();
  }

  private async issue(tx: AuthTransaction, { claims, keyId }: ExaminedToken, terms: Terms): Promise<Exchange> {
    const { sub, sid, jti: subjectTokenId, exp, act } = claims;
    const { clientId, actsAt } = terms.permission;
    const issued = this.tokens.issue({
      sub,
      sid,
      clientId,
      scopes: terms.scopes,
      audience: [actsAt],
      notAfter: exp,
      confirmation: terms.confirmation,
      actor: { sub: clientId, ...(act && { act }) },
    });
    const { tokenId, expiresAt } = issued;
    const subjectKeyId = issued.keyId === keyId ? null : keyId;
    await this.exchanged.record(tx, { tokenId, subjectTokenId, subjectKeyId, sub, clientId, expiresAt });
    return { subject: sub, subjectTokenId, issued };
  }
}

interface Terms {
  permission: ExchangePermission;
  scopes: Scope[];
  confirmation: Confirmation | undefined;
}

/** What the subject token carries, of that what is granted today, and of that what acts at the audience. */
async function scopesOf(tx: AuthTransaction, claims: IssuedClaims, wanted: ExchangeRequest): Promise<Scope[]> {
  const today = await grantedScopes(tx, claims.sub);
  const actsThere = (scope: Scope) => audiencesOf([scope]).includes(wanted.audience);
  const held = today.filter((scope) => claims.service_scopes.includes(scope) && actsThere(scope));
  const scopes = narrow(wanted.scope, held);
  if (scopes.length === 0) throw new OAuthError('invalid_scope', 'The subject token may do nothing there.');
  return scopes;
}

/**
 * A token that is bound to a key is never exchanged for one that anybody could use: the client has to name a key of its
 * own in that one's place. An address stays the same.
 */
function confirmationOf({ cnf }: IssuedClaims, { signatureKeyId }: ExchangeRequest): Confirmation | undefined {
  const { clientAddress, ...keys } = cnf === undefined ? {} : (readConfirmation(cnf) ?? unknownBinding());
  if (Object.keys(keys).length > 0 && signatureKeyId === undefined) {
    throw new OAuthError(
      'invalid_request',
      'The subject token is bound to a key: name the one that follows as req_cnf.',
    );
  }
  const confirmation = {
    ...(signatureKeyId !== undefined && { signatureKeyId }),
    ...(clientAddress !== undefined && { clientAddress }),
  };
  return Object.keys(confirmation).length > 0 ? confirmation : undefined;
}

function unknownBinding(): never {
  throw subjectTokenRefused();
}

/** One answer for tokens that are unknown, expired, taken back, or not addressed to the client (RFC 8693 §2.2.2). */
const subjectTokenRefused = () =>
  new OAuthError('invalid_request', 'The subject token is not good, or not for this client.');
