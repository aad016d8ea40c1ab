import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { PublicJwk, SigningAlgorithm } from '../signing-keys/signing-key.js';
import { signingAlgorithms } from '../signing-keys/signing-key.js';
import { decode, isSignedByJwks, type RunningAuth, signIn, startAuth } from '../testing/auth-service.js';
import { DatabaseProxy } from '../testing/database-proxy.js';

let database: TestDatabase | undefined;
let auth: RunningAuth | undefined;

beforeEach(async () => {
  database = await testDatabases().at(-1)?.create();
});

afterEach(async () => {
  await auth?.close();
  await database?.drop();
});

async function start(variables: NodeJS.ProcessEnv): Promise<RunningAuth> {
  if (!database) throw new Error('there is no database');
  auth = await startAuth(database, variables);
  return auth;
}

const members: Record<SigningAlgorithm, string[]> = {
  ES256: ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
  RS256: ['alg', 'e', 'kid', 'kty', 'n', 'use'],
  PS256: ['alg', 'e', 'kid', 'kty', 'n', 'use'],
};

test.each(signingAlgorithms)('the JWKS shows the public half of the %s key that signs', async (algorithm) => {
  const running = await start({ AUTH_SIGNING_ALGORITHM: algorithm });
  const response = await fetch(`${running.url}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: PublicJwk[] };
  expect(response.headers.get('Cache-Control')).toMatch(/^public, max-age=\d+$/);
  expect(keys.map((key) => Object.keys(key).sort())).toEqual([members[algorithm]]);
  const { access_token } = await signIn(running, 'alice');
  expect(decode(access_token).header).toEqual({ alg: algorithm, typ: 'at+jwt', kid: keys[0]?.kid });
  expect(await isSignedByJwks(access_token, running)).toBe(true);
});

test.runIf(testDatabases().some(({ kind }) => kind === 'postgres'))(
  'the JWKS of before is served while the database is away',
  async () => {
    if (!database?.url) throw new Error('there is no PostgreSQL database');
    const proxy = await DatabaseProxy.before(database.url);
    onTestFinished(() => proxy.close());
    auth = await startAuth({ ...database, url: proxy.url });
    const ask = async () => (await (await fetch(`${auth?.url}/.well-known/jwks.json`)).json()) as { keys: PublicJwk[] };
    const before = await ask();
    expect(before.keys).toHaveLength(1);
    proxy.cut();
    const began = performance.now();
    expect(await ask()).toEqual(before);
    expect(performance.now() - began).toBeLessThan(2_000);
  },
);

test('the metadata names the issuer to the letter, and only what there is (RFC 8414)', async () => {
  const running = await start({ AUTH_ISSUER: 'https://auth.example.com/' });
  const response = await fetch(`${running.url}/.well-known/oauth-authorization-server`);
  expect(response.headers.get('Cache-Control')).toMatch(/^public, max-age=\d+$/);
  expect(await response.json()).toEqual({
    issuer: 'https://auth.example.com/',
    token_endpoint: 'https://auth.example.com/token',
    revocation_endpoint: 'https://auth.example.com/revoke',
    introspection_endpoint: 'https://auth.example.com/introspect',
    jwks_uri: 'https://auth.example.com/.well-known/jwks.json',
    scopes_supported: expect.arrayContaining(['order.read', 'payment.create', 'ledger.read']),
    response_types_supported: [],
    grant_types_supported: ['refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  });
});
