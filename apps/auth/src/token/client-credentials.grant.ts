import { Injectable } from '@nestjs/common';
import { Clients } from '../clients/clients.js';
import { OAuthError } from '../oauth/oauth-error.js';
import { ProvenKeys } from '../proven-keys/proven-keys.js';
import { AccessTokens, type TokenAnswer } from '../tokens/access-tokens.js';
import type { TokenRequest } from './token-request.js';

/** Gives a confidential client a token of its own (RFC 6749 §4.4), without a refresh token: its `sub` is the client. */
@Injectable()
export class ClientCredentialsGrant {
  constructor(
    private readonly clients: Clients,
    private readonly provenKeys: ProvenKeys,
    private readonly tokens: AccessTokens,
  ) {}

  async answer({ form, credentials, raw }: TokenRequest): Promise<TokenAnswer> {
    const client = await this.clients.authenticate(credentials);
    if (client.kind === 'public') throw new OAuthError('unauthorized_client', 'A public client cannot act for itself.');
    const { clientId } = client;
    const confirmation = await this.provenKeys.bindingOf(raw);
    const issue = await this.clients.act(client, form.get('scope'));
    return this.tokens.answer({ sub: clientId, clientId, ...issue, confirmation });
  }
}
