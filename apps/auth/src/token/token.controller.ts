import { Body, Controller, Header, HttpCode, Post, Req, UseFilters } from '@nestjs/common';
import { ClientAddresses, Public } from '@waybill/auth';
import { OAuthError } from '../oauth/oauth-error.js';
import { tokenExchange } from '../token-exchange/exchange-request.js';
import { TokenExchangeGrant } from '../token-exchange/token-exchange.grant.js';
import type { TokenAnswer } from '../tokens/access-tokens.js';
import { ClientCredentialsGrant } from './client-credentials.grant.js';
import { RefreshTokenGrant } from './refresh-token.grant.js';
import { TokenErrorFilter } from './token-error.filter.js';
import { type FastifyRequest, readTokenRequest, type TokenRequest } from './token-request.js';

/** The token endpoint (RFC 6749 §3.2). It authenticates its clients itself. */
@Controller('token')
@UseFilters(TokenErrorFilter)
export class TokenController {
  constructor(
    private readonly refreshToken: RefreshTokenGrant,
    private readonly clientCredentials: ClientCredentialsGrant,
    private readonly tokenExchange: TokenExchangeGrant,
    private readonly addresses: ClientAddresses,
  ) {}

  @Post()
  @Public()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  token(@Req() received: FastifyRequest, @Body() body: unknown): Promise<TokenAnswer> {
    const request = readTokenRequest(received, body, this.addresses.of(received));
    return this.grantOf(request).answer(request);
  }

  private grantOf({ form }: TokenRequest): RefreshTokenGrant | ClientCredentialsGrant | TokenExchangeGrant {
    switch (form.get('grant_type')) {
      case 'refresh_token':
        return this.refreshToken;
      case 'client_credentials':
        return this.clientCredentials;
      case tokenExchange:
        return this.tokenExchange;
      case undefined:
        throw new OAuthError('invalid_request', 'The parameter grant_type is missing.');
      default:
        throw new OAuthError(
          'unsupported_grant_type',
          `The grant types are refresh_token, client_credentials and ${tokenExchange}.`,
        );
    }
  }
}
