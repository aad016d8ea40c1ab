import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mint, newKey, publicJwk, type TestClaims, type TestKey } from './test-token.js';
import { type TestClient, testTokenEndpoint } from './test-token-endpoint.js';

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
