import { requireSecureAddress } from './address.js';
import { DocumentUnavailable, fetchJson } from './fetch-json.js';

/**
 * Finds an issuer's JWK Set by its metadata: RFC 8414 §3 first, then OpenID Connect Discovery 1.0 §4.
 * The metadata must name the very issuer that it was asked for (RFC 8414 §3.3).
 */
export async function discoverKeySetAddress(issuer: string, allowHttp: boolean, deadline: AbortSignal): Promise<URL> {
  const failures: string[] = [];
  for (const address of metadataAddresses(issuer)) {
    try {
      return keySetAddress(await fetchJson(address, deadline), issuer, allowHttp);
    } catch (cause) {
      failures.push(cause instanceof Error ? cause.message : String(cause));
    }
  }
  throw new DocumentUnavailable(`the metadata of ${issuer} gives no key set: ${failures.join('; ')}`);
}

function metadataAddresses(issuer: string): URL[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    new URL(`${origin}/.well-known/oauth-authorization-server${path}`),
    new URL(`${origin}${path}/.well-known/openid-configuration`),
  ];
}

function keySetAddress(metadata: unknown, issuer: string, allowHttp: boolean): URL {
  const { issuer: named, jwks_uri: address } = (metadata ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
  if (named !== issuer) throw new DocumentUnavailable('it names another issuer');
  if (typeof address !== 'string') throw new DocumentUnavailable('it has no jwks_uri');
  return requireSecureAddress('jwks_uri', address, allowHttp);
}
