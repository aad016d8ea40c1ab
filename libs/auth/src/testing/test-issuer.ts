import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test token says; anything given replaces or, as `undefined`, removes what the issuer would write. */
export interface TestClaims {
  readonly subject?: string;
  readonly scopes?: readonly string[];
  readonly audience?: string | readonly string[];
  /** Seconds until `exp`. Default: 300. */
  readonly expiresIn?: number;
  /** Claims to add, replace, or remove (`undefined`). */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Header members to add, replace, or remove (`undefined`). */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** An issuer for tests: real keys, a real key set over HTTP, and tokens as a conforming issuer writes them (RFC 9068). */
export interface TestIssuer {
  /** Its address, which is also its `iss`. */
  readonly url: string;
  /** Mints an access token. */
  token(claims?: TestClaims): string;
  /** Makes a new key and signs with it from now on; the old one stays in the set unless `withdraw` is given. */
  rotate(options?: { readonly withdraw?: boolean }): void;
  /** How many times the key set was fetched. */
  readonly keySetFetches: number;
  close(): Promise<void>;
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Starts an issuer on the loopback interface, on a free port unless one is given. */
export async function createTestIssuer({ port = 0 }: { readonly port?: number } = {}): Promise<TestIssuer> {
  let keys = [newKey()];
  let fetches = 0;
  const server = createServer(({ url: path }, response) => {
    if (path === '/.well-known/jwks.json') fetches += 1;
    const document =
      path === '/.well-known/jwks.json' ? keySet(keys) : path === metadataPath ? metadata(url) : undefined;
    response
      .writeHead(document ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token: (claims = {}) => mint(url, keys[0] as SigningKey, claims),
    rotate: ({ withdraw = false } = {}) => {
      keys = [newKey(), ...(withdraw ? [] : keys)];
    },
    get keySetFetches() {
      return fetches;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}

const metadataPath = '/.well-known/oauth-authorization-server';

function metadata(url: string): object {
  return { issuer: url, jwks_uri: `${url}/.well-known/jwks.json` };
}

function newKey(): SigningKey {
  return { kid: randomUUID(), ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

function keySet(keys: readonly SigningKey[]): object {
  return {
    keys: keys.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' })),
  };
}

function mint(issuer: string, key: SigningKey, options: TestClaims): string {
  const { subject = 'alice', scopes = [], audience = 'test.service', expiresIn = 300 } = options;
  const iat = Math.floor(Date.now() / 1000);
  const header = { alg: 'ES256', kid: key.kid, typ: 'at+jwt', ...options.header };
  const claims = {
    iss: issuer,
    sub: subject,
    aud: Array.isArray(audience) ? audience : [audience],
    client_id: 'test',
    iat: expiresIn > 0 ? iat : iat + expiresIn - 60,
    exp: iat + expiresIn,
    jti: randomUUID(),
    sid: randomUUID(),
    service_scopes: scopes,
    scope: scopes.join(' '),
    ...options.claims,
  };
  const signed = `${encode(header)}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
