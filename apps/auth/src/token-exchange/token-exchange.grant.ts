import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clients } from '../clients/clients.js';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import { OAuthError } from '../oauth/oauth-error.js';
import type { TokenRequest } from '../token/token-request.js';
import type { TokenAnswer } from '../tokens/access-tokens.js';
import { accessTokenType, type ExchangeRequest, readExchangeRequest } from './exchange-request.js';
import { type Exchange, TokenExchange } from './token-exchange.js';

/** A successful answer (RFC 8693 §2.2.1). */
export interface ExchangeAnswer extends TokenAnswer {
  issued_token_type: typeof accessTokenType;
}

/**
 * Gives a service, for an access token that somebody sent it, one with which it acts for him at one other service (RFC
 * 8693). Nothing gets wider: the subject and the session are the same, and scopes, audience, life and binding are at most
 * what they were. Which service may act where is configured.
 */
@Injectable()
export class TokenExchangeGrant {
  private readonly logger = new Logger('TokenExchange');

  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    private readonly clients: Clients,
    private readonly exchange: TokenExchange,
  ) {}

  async answer({ form, credentials, requestId, raw }: TokenRequest): Promise<ExchangeAnswer> {
    const client = await this.clients.authenticate(credentials);
    const { clientId, kind } = client;
    const permissions = this.config.tokenExchange.filter(
      (each) => kind === 'confidential' && each.clientId === clientId,
    );
    if (permissions.length === 0) throw new OAuthError('unauthorized_client', 'This client may not exchange tokens.');
    refuseProof(raw);
    const wanted = readExchangeRequest(form, clientId);
    const permission = permissions.find(({ actsAt }) => actsAt === wanted.audience);
    if (!permission) throw new OAuthError('invalid_target', 'The audience is unknown, or not for this client.');
    const exchange = await this.exchange.exchange(wanted, permission, client);
    this.tell(wanted, clientId, exchange, requestId);
    return { ...exchange.issued.answer, issued_token_type: accessTokenType };
  }

  /** Names tokens by their `jti` alone. */
  private tell(wanted: ExchangeRequest, client: string, exchange: Exchange, requestId: string): void {
    const { subject, subjectTokenId, issued } = exchange;
    const { audience } = wanted;
    const { tokenId, answer } = issued;
    const facts = { subject, client, audience, scope: answer.scope, tokenId, subjectTokenId, requestId };
    this.logger.log({ ...facts, msg: 'a token was exchanged' });
  }
}

/** Who proves a key expects the token to be bound to it (RFC 9449 §5): here it would not be, and so is not given. */
function refuseProof({ headersDistinct }: IncomingMessage): void {
  if (headersDistinct.dpop === undefined) return;
  throw new OAuthError('invalid_request', 'A DPoP proof is not taken here: name a signing key as req_cnf instead.');
}
