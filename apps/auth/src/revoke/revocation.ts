import { Inject, Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import type { Actor } from '../audit/actor.js';
import { addAuditEntry } from '../audit/audit-trail.js';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import type { AuthDatabase } from '../database.js';
import { SecurityEventLog } from '../security-events/security-event-log.js';
import { isTakenBack } from '../security-events/taken-back.js';
import { SessionEnds } from '../sessions/session-ends.js';
import { Sessions } from '../sessions/sessions.js';
import { lockSubject } from '../subjects/subjects.js';
import { ExchangedTokens } from '../token-exchange/exchanged-tokens.js';
import { type IssuedClaims, IssuedTokens } from '../tokens/issued-tokens.js';

/** The client that asks, and with which request. */
export interface RevokingClient {
  clientId: string;
  requestId: string;
}

/**
 * Takes back single tokens of the client that asks (RFC 7009 §2.1). What is another client's, unknown or expired stays as
 * it is, and the client learns nothing of it.
 */
@Injectable()
export class Revocation {
  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly sessions: Sessions,
    private readonly sessionEnds: SessionEnds,
    private readonly issued: IssuedTokens,
    private readonly exchanged: ExchangedTokens,
    private readonly log: SecurityEventLog,
  ) {}

  /** With a refresh token ends its session, whether it was used or not. An access token alone is taken back, with what came of it by exchange. */
  async revoke(token: string, { clientId, requestId }: RevokingClient): Promise<void> {
    const actor = { issuer: this.config.authIssuer, subject: clientId, clientId, requestId };
    const session = await this.sessions.find(token);
    if (session?.clientId === clientId) await this.sessionEnds.end(session, 'session-revoked', actor);
    if (session !== undefined) return;
    const claims = await this.issued.read(token);
    if (claims?.client_id === clientId) await this.takeBack(claims, actor);
  }

  /** Once: repeating it must not lengthen the log. */
  private takeBack({ jti, sid, sub, client_id: clientId, exp }: IssuedClaims, actor: Actor): Promise<void> {
    return this.db.transaction(async (tx) => {
      await lockSubject(tx, sub);
      if (await isTakenBack(tx, { jti, sid, scopes: [] })) return;
      const exchanged = await this.exchanged.cameFrom(tx, jti);
      const tokens = exchanged.map(({ tokenId }) => tokenId);
      const after = { token: jti, session: sid, ...(tokens.length > 0 && { exchanged: tokens }) };
      await addAuditEntry(tx, { action: 'token-revoked', actor, subject: sub, after });
      await this.log.append(tx, { kind: 'token-revoked', jti, sub, clientId, expiresAt: new Date(exp * 1000) });
      await this.exchanged.takeBack(tx, exchanged);
    });
  }
}
