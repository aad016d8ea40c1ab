import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clients } from '../clients/clients.js';
import { Grants } from '../grants/grants.js';
import { narrow } from '../grants/narrow.js';
import { OAuthError } from '../oauth/oauth-error.js';
import { AccessTokens, type TokenAnswer } from '../tokens/access-tokens.js';
import type { TokenRequest } from './token-request.js';

/** Gives a confidential client a token of its own (RFC 6749 §4.4), without a refresh token: its `sub` is the client. */
@Injectable()
export class ClientCredentialsGrant {
  constructor(
    private readonly clients: Clients,
    private readonly grants: Grants,
    private readonly tokens: AccessTokens,
  ) {}

  async answer({ form, credentials }: TokenRequest): Promise<TokenAnswer> {
    const { clientId, kind } = await this.clients.authenticate(credentials);
    if (kind === 'public') throw new OAuthError('unauthorized_client', 'A public client cannot act for itself.');
    const scopes = narrow(form.get('scope'), await this.grants.of(clientId));
    if (scopes.length === 0) throw new OAuthError('invalid_scope', 'Nothing is granted to this client.');
    return this.tokens.answer({ sub: clientId, clientId, sid: randomUUID(), scopes });
  }
}
