import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sealToken, segment, type TokenSigner } from './seal-token.js';
import { type TestClient, testTokenEndpoint } from './test-token-endpoint.js';

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

/** How a test issuer signs, and where it listens. */
export interface TestIssuerOptions {
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Default: ES256. */
  readonly algorithm?: 'ES256' | 'RS256' | 'PS256';
  /** JWKs that the key set lists after the issuer's own keys, fit or not. */
  readonly publish?: readonly object[];
  /** Who gets tokens at `tokenUrl`: of its own, and by exchange. Default: nobody. */
  readonly clients?: readonly TestClient[];
}

/** An issuer for tests: real keys, a real key set over HTTP, and tokens as a conforming issuer writes them (RFC 9068). */
export interface TestIssuer {
  /** Its address, which is also its `iss`. */
  readonly url: string;
  /** Its token endpoint, for its `clients` (RFC 6749 §4.4, RFC 8693). */
  readonly tokenUrl: string;
  /** Mints an access token. */
  token(claims?: TestClaims): string;
  /** The key that signs now. */
  readonly key: TestKey;
  /** Makes a new key and signs with it from now on; the old one stays in the set unless `withdraw` is given. */
  rotate(options?: { readonly withdraw?: boolean }): void;
  /** Answers requests for the key set in this way from now on, instead of with the key set. */
  answerKeySetWith(listener: RequestListener): void;
  /** The JWK Set (RFC 7517 §5) that it publishes. */
  readonly keySet: { readonly keys: readonly object[] };
  /** How many times the key set was fetched. */
  readonly keySetFetches: number;
  /** How many times a client asked for a token. */
  readonly tokenRequests: number;
  close(): Promise<void>;
}

/** A key pair of a test issuer. */
export interface TestKey extends TokenSigner {
  readonly kid: string;
  readonly publicKey: KeyObject;
}

/** Starts an issuer. */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const { host = '127.0.0.1', port = 0, algorithm = 'ES256', publish = [], clients = [] } = options;
  let keys: readonly [TestKey, ...TestKey[]] = [newKey(algorithm)];
  let fetches = 0;
  let tokenRequests = 0;
  const answerToken = testTokenEndpoint(clients, (claims) => mint(url, keys[0], claims));
  const keySet = () => ({ keys: [...keys.map(publicJwk), ...publish] });
  let answerKeySet: RequestListener = (_, response) => answerJson(response, keySet());
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === keySetPath) {
      fetches += 1;
      answerKeySet(request, response);
    } else if (path === tokenPath) {
      tokenRequests += 1;
      answerToken(request, response);
    } else if (path === metadataPath) answerJson(response, { issuer: url, jwks_uri: url + keySetPath });
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    tokenUrl: url + tokenPath,
    token: (claims = {}) => mint(url, keys[0], claims),
    get key() {
      return keys[0];
    },
    rotate: ({ withdraw = false } = {}) => {
      keys = [newKey(algorithm), ...(withdraw ? [] : keys)];
    },
    answerKeySetWith: (listener) => {
      answerKeySet = listener;
    },
    get keySet() {
      return keySet();
    },
    get keySetFetches() {
      return fetches;
    },
    get tokenRequests() {
      return tokenRequests;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}

const keySetPath = '/.well-known/jwks.json';
const tokenPath = '/token';
const metadataPath = '/.well-known/oauth-authorization-server';

function answerJson(response: Parameters<RequestListener>[1], document: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}

function newKey(algorithm: 'ES256' | 'RS256' | 'PS256'): TestKey {
  const { privateKey, publicKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid: randomUUID(), algorithm, key: privateKey, publicKey };
}

function publicJwk({ kid, algorithm, publicKey }: TestKey): object {
  return { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
}

function mint(issuer: string, key: TestKey, options: TestClaims): string {
  const { subject = 'alice', scopes = [], audience = 'test.service', expiresIn = 300 } = options;
  const iat = Math.floor(Date.now() / 1000);
  const header = { alg: key.algorithm, kid: key.kid, typ: 'at+jwt', ...options.header };
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
  return sealToken(segment(header), segment(claims), key);
}
