import { TokenInvalid } from '../../refuse/index.js';
import { type Claims, type Expectations, requireText } from './claims.js';
import { clientOf } from './client.js';

/** Claims that stand in ID tokens (OpenID Connect Core §2, §3.3.2.11; FAPI 1.0 §5.2.2.1) and logout tokens or other security events (RFC 8417 §2.2). */
const foreignClaims = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'];

/**
 * Where the header's `typ` does not say "access token", the claims must (RFC 8725 §3.11, §3.12): none of an ID token or
 * an event; a `typ` or `token_use` claim, as Keycloak and Cognito write it, that says access token; and a client other
 * than the audience. An ID token is issued to the very client that it is for, an access token to one party for another.
 */
export function checkTokenUse(claims: Claims, expected: Expectations): void {
  if (expected.explicitlyTyped) return;
  for (const claim of foreignClaims) {
    if (claims[claim] !== undefined) throw new TokenInvalid(`token_use.${claim}`);
  }
  if (claims.typ !== undefined && claims.typ !== 'Bearer') throw new TokenInvalid('token_use.typ');
  if (claims.token_use !== undefined && claims.token_use !== 'access') throw new TokenInvalid('token_use.token_use');
  if (requireText(clientOf(claims), 'client_id') === expected.audience)
    throw new TokenInvalid('token_use.issued_to_its_audience');
}
