import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration } from 'oidc-provider';

const client = { id: 'warehouse', secret: 'a-secret-of-the-warehouse-client' };

const tokenLifetimeSeconds = 300;

/** What the issuer knows of a service that its tokens are for (RFC 8707). */
export interface Resource {
  readonly indicator: string;
  readonly audience: string;
  readonly scope: string;
  /** What its tokens say besides: claims that an operator added. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** An issuer that this repo did not write: `oidc-provider`, listening on the loopback interface. */
export interface ForeignIssuer {
  readonly url: string;
  /** Signs its tokens, as RS256. */
  readonly key: KeyObject;
  /** Obtains an access token by the client credentials grant (RFC 6749 §4.4). */
  obtainToken(resource: Resource): Promise<string>;
  close(): Promise<void>;
}

/** Starts the issuer, with one client and a signing key of this id. */
export async function startForeignIssuer(kid: string, resource: Resource): Promise<ForeignIssuer> {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on('request', new Provider(url, configuration(key, kid, resource)).callback());
  return {
    url,
    key,
    obtainToken: ({ indicator, scope }) => clientCredentials(`${url}/token`, { resource: indicator, scope }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function configuration(key: KeyObject, kid: string, resource: Resource): Configuration {
  return {
    jwks: { keys: [{ ...key.export({ format: 'jwk' }), kty: 'RSA', kid, alg: 'RS256', use: 'sig' }] },
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: resource.scope.split(' '),
    ttl: { ClientCredentials: tokenLifetimeSeconds },
    extraTokenClaims: () => resource.claims,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: resource.scope,
          audience: resource.audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenLifetimeSeconds,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}

async function clientCredentials(address: string, parameters: Record<string, string>): Promise<string> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }),
  });
  const { access_token: token, ...rest } = (await response.json()) as { access_token?: string };
  if (!token) throw new Error(`No token (${response.status}): ${JSON.stringify(rest)}`);
  return token;
}
