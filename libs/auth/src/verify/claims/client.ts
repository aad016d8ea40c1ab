import { TokenInvalid } from '../../refuse/index.js';
import { type Claims, requireText } from './claims.js';

/**
 * The client that obtained the token, where the token says so: `client_id` (RFC 9068 §2.2), `azp` (OpenID Connect, as
 * Keycloak, Auth0 and Entra ID use it), or `appid` (Entra ID, version 1.0). Those that are there must say the same.
 */
export function clientOf({ client_id, azp, appid }: Claims): string | undefined {
  const named = Object.entries({ client_id, azp, appid }).filter(([, value]) => value !== undefined);
  const [client, ...others] = new Set(named.map(([claim, value]) => requireText(value, claim)));
  if (others.length > 0) throw new TokenInvalid('client_id.contradictory');
  return client;
}
