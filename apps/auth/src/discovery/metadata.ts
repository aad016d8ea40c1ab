import { Scope } from '@waybill/contracts';
import { tokenExchange } from '../token-exchange/exchange-request.js';

/** The members of RFC 8414 §2 that hold for this server. */
export type AuthorizationServerMetadata = ReturnType<typeof metadataOf>;

/** Describes the authorization server that is known by this issuer: its endpoints are below the issuer's own address. */
export function metadataOf(issuer: string) {
  const base = issuer.replace(/\/$/, '');
  const confidential = ['client_secret_basic', 'client_secret_post'];
  return {
    issuer,
    token_endpoint: `${base}/token`,
    revocation_endpoint: `${base}/revoke`,
    introspection_endpoint: `${base}/introspect`,
    jwks_uri: `${base}/.well-known/jwks.json`,
    scopes_supported: Object.values(Scope),
    // Required by RFC 8414; none, as there is no authorization endpoint.
    response_types_supported: [] as string[],
    grant_types_supported: ['refresh_token', 'client_credentials', tokenExchange],
    token_endpoint_auth_methods_supported: [...confidential, 'none'],
    revocation_endpoint_auth_methods_supported: [...confidential, 'none'],
    introspection_endpoint_auth_methods_supported: confidential,
  };
}
