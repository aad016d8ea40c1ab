import { Injectable, Logger } from '@nestjs/common';
import type { Scope } from '@waybill/contracts';
import { Clients } from '../clients/clients.js';
import { Grants } from '../grants/grants.js';
import { narrow } from '../grants/narrow.js';
import { OAuthError } from '../oauth/oauth-error.js';
import { contestMs, type RefreshableSession, Sessions } from '../sessions/sessions.js';
import { AccessTokens, type TokenAnswer } from '../tokens/access-tokens.js';
import { Contest, lost } from './contest.js';
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
    private readonly clients: Clients,
    private readonly sessions: Sessions,
    private readonly grants: Grants,
    private readonly tokens: AccessTokens,
  ) {}

  async answer(request: TokenRequest): Promise<TokenAnswer> {
    const refreshToken = request.form.get('refresh_token');
    if (refreshToken === undefined) throw new OAuthError('invalid_request', 'The parameter refresh_token is missing.');
    const answer = await this.contest.enter(refreshToken, () => this.refresh(refreshToken, request));
    if (answer === lost) throw invalidGrant();
    return answer;
  }

  private async refresh(refreshToken: string, { form, credentials }: TokenRequest): Promise<TokenAnswer | typeof lost> {
    // The look-up comes before all else: it tells when the request arrived.
    const session = await this.sessions.find(refreshToken);
    const { clientId } = await this.clients.authenticate(credentials);
    if (!session?.alive || session.clientId !== clientId) throw invalidGrant();
    if (session.used === 'just now') return lost;
    if (session.used === 'before') await this.endReused(session);
    const scopes = narrow(form.get('scope'), await this.scopesLeft(session));
    const successor = await this.sessions.rotate(refreshToken);
    if (successor === undefined) return lost;
    return { ...this.tokens.answer({ ...session, scopes }), refresh_token: successor };
  }

  private async endReused({ sid }: RefreshableSession): Promise<never> {
    await this.sessions.end(sid);
    this.logger.warn(`A refresh token of session ${sid} was used again: the session is ended`);
    throw invalidGrant();
  }

  /** What was granted at sign-in and still is today. */
  private async scopesLeft({ sub, scopes }: RefreshableSession): Promise<Scope[]> {
    const today = await this.grants.of(sub);
    return today.filter((scope) => scopes.includes(scope));
  }
}

/** One answer for unknown, used, expired and foreign refresh tokens. */
const invalidGrant = () => new OAuthError('invalid_grant', 'The refresh token does not work, or not for this client.');
