import { Inject, Injectable, Logger } from '@nestjs/common';
import { AddressPrefix, type Confirmation } from '@waybill/auth';
import { Clients } from '../clients/clients.js';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import { OAuthError } from '../oauth/oauth-error.js';
import { ProvenKeys } from '../proven-keys/proven-keys.js';
import { SessionEnds } from '../sessions/session-ends.js';
import { contestMs, type RefreshableSession, Sessions } from '../sessions/sessions.js';
import { AccessTokens, type TokenAnswer } from '../tokens/access-tokens.js';
import { Contest, lost } from './contest.js';
import { required } from './form.js';
import type { TokenRequest } from './token-request.js';

/**
 * Refreshes an access token (RFC 6749 §6). Each refresh token works once. Using it again ends the session that it belongs
 * to, unless the request came in parallel with the one that won: as long as the winner is not answered, nobody can know
 * better. Therefore its answer is held back for longer than a replica takes a used token for one that was used just now.
 */
@Injectable()
export class RefreshTokenGrant {
  private readonly logger = new Logger(RefreshTokenGrant.name);
  private readonly contest = new Contest<TokenAnswer>(contestMs + 20);

  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    private readonly clients: Clients,
    private readonly sessions: Sessions,
    private readonly sessionEnds: SessionEnds,
    private readonly provenKeys: ProvenKeys,
    private readonly tokens: AccessTokens,
  ) {}

  async answer(request: TokenRequest): Promise<TokenAnswer> {
    const refreshToken = required(request.form, 'refresh_token');
    const answer = await this.contest.enter(refreshToken, () => this.refresh(refreshToken, request));
    if (answer === lost) throw invalidGrant();
    return answer;
  }

  private async refresh(refreshToken: string, request: TokenRequest): Promise<TokenAnswer | typeof lost> {
    // The look-up comes before all else: it tells when the request arrived.
    const session = await this.sessions.find(refreshToken);
    const { clientId } = await this.clients.authenticate(request.credentials);
    if (!session?.alive || session.clientId !== clientId) throw invalidGrant();
    if (session.used === 'just now') return lost;
    if (session.used === 'before') await this.endReused(session, request.requestId);
    requireBoundAddress(session, request);
    const confirmation = await this.requireBinding(session, request);
    const issue = await this.sessions.rotate({ ...session, confirmation }, refreshToken, request.form.get('scope'));
    if (issue === undefined) return lost;
    return {
      ...this.tokens.answer({ ...session, scopes: issue.scopes, confirmation: confirmation ?? undefined }),
      refresh_token: issue.refreshToken,
    };
  }

  /**
   * What the next token is bound to: the key of the session, which the request has to prove, or else the key that it proves of
   * its own accord (RFC 9449 §5). A refusal uses nothing up.
   */
  private async requireBinding(
    { confirmation }: RefreshableSession,
    { raw }: TokenRequest,
  ): Promise<Confirmation | null> {
    const bound = confirmation?.keyThumbprint;
    const proven = await this.provenKeys.bindingOf(raw);
    if (bound === undefined) return proven ? { ...confirmation, ...proven } : confirmation;
    if (!proven) throw new OAuthError('invalid_dpop_proof', 'The session is bound to a key: prove that you hold it.');
    if (proven.keyThumbprint !== bound) throw invalidGrant();
    return confirmation;
  }

  private async endReused(session: RefreshableSession, requestId: string): Promise<never> {
    const { sid, clientId } = session;
    const actor = { issuer: this.config.authIssuer, subject: clientId, clientId, requestId };
    await this.sessionEnds.end(session, 'refresh-token-reused', actor);
    this.logger.warn(`A refresh token of session ${sid} was used again: the session is ended`);
    throw invalidGrant();
  }
}

/** Whoever has the refresh token of a session that is bound to an address gets nothing with it anywhere else, and uses nothing up. */
function requireBoundAddress({ confirmation }: RefreshableSession, { credentials }: TokenRequest): void {
  const range = confirmation?.clientAddress;
  if (range === undefined || AddressPrefix.parse(range)?.contains(credentials.address)) return;
  throw invalidGrant();
}

/** One answer for unknown, used, expired and foreign refresh tokens. */
const invalidGrant = () => new OAuthError('invalid_grant', 'The refresh token does not work, or not for this client.');
