import { Body, Controller, HttpCode, Post, Req, UseFilters } from '@nestjs/common';
import { ClientAddresses, Public } from '@waybill/auth';
import { Clients } from '../clients/clients.js';
import { OAuthError } from '../oauth/oauth-error.js';
import { required } from '../token/form.js';
import { TokenErrorFilter } from '../token/token-error.filter.js';
import { type FastifyRequest, readTokenRequest } from '../token/token-request.js';
import { type Introspection, Introspector } from './introspection.js';

/**
 * The introspection endpoint (RFC 7662), for services that cannot verify a token themselves. Nobody tries tokens out here
 * without a secret of its own (§2.1, §4).
 */
@Controller('introspect')
@UseFilters(TokenErrorFilter)
export class IntrospectController {
  constructor(
    private readonly clients: Clients,
    private readonly introspector: Introspector,
    private readonly addresses: ClientAddresses,
  ) {}

  @Post()
  @Public()
  @HttpCode(200)
  async introspect(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Introspection> {
    const { form, credentials } = readTokenRequest(request, body, this.addresses.of(request));
    const { kind } = await this.clients.authenticate(credentials);
    if (kind === 'public') throw new OAuthError('invalid_client', 'A public client cannot introspect tokens.');
    return this.introspector.introspect(required(form, 'token'));
  }
}
