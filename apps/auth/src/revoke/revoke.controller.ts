import { Body, Controller, HttpCode, Post, Req, UseFilters } from '@nestjs/common';
import { ClientAddresses, Public } from '@waybill/auth';
import { Clients } from '../clients/clients.js';
import { required } from '../token/form.js';
import { TokenErrorFilter } from '../token/token-error.filter.js';
import { type FastifyRequest, readTokenRequest } from '../token/token-request.js';
import { Revocation } from './revocation.js';

/** The revocation endpoint (RFC 7009). It authenticates its clients as the token endpoint does. */
@Controller('revoke')
@UseFilters(TokenErrorFilter)
export class RevokeController {
  constructor(
    private readonly clients: Clients,
    private readonly revocation: Revocation,
    private readonly addresses: ClientAddresses,
  ) {}

  /** What the token is, the token itself tells: `token_type_hint` is not needed (§2.1). */
  @Post()
  @Public()
  @HttpCode(200)
  async revoke(@Req() request: FastifyRequest, @Body() body: unknown): Promise<void> {
    const { form, credentials, requestId } = readTokenRequest(request, body, this.addresses.of(request));
    const { clientId } = await this.clients.authenticate(credentials);
    await this.revocation.revoke(required(form, 'token'), { clientId, requestId });
  }
}
