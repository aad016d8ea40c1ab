import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { createDpopKey, createDpopProof, type DpopKey, dpopFetch } from '@waybill/auth';
import { demoPassword } from '@waybill/contracts';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Answer,
  basic,
  decode,
  type RunningAuth,
  login as send,
  token as sendToken,
  signIn,
  startAuth,
} from '../testing/auth-service.js';

const key = createDpopKey();
const demo = basic('demo-service', demoPassword);
const alice = { username: 'alice', password: demoPassword };
const nonceSecret = 'a secret of more than thirty-two bytes';

describe.each(testDatabases())('a key that a client proves, on $kind,', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database);
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  const proof = (path: string, by: DpopKey = key) => createDpopProof({ key: by, method: 'POST', url: auth.url + path });
  const proving = (path: string, by?: DpopKey) => ({ DPoP: proof(path, by) });
  const login = async () => (await send(auth, alice, proving('/login'))).body;
  const refresh = (refreshToken: string | undefined, headers = {}) =>
    sendToken(auth, { grant_type: 'refresh_token', client_id: 'shop', refresh_token: refreshToken ?? '' }, headers);
  const said = ({ status, body }: Answer) => [status, body.error ?? body.token_type];
  const boundTo = (accessToken: string) => decode(accessToken).claims.cnf;

  test('binds the token of a sign-in, which says so', async () => {
    const { token_type, access_token } = await login();
    expect({ token_type, cnf: boundTo(access_token) }).toEqual({ token_type: 'DPoP', cnf: { jkt: key.thumbprint } });
  });

  test('makes the token good with a proof, and worth nothing without the key', async () => {
    const { access_token } = (await send(auth, { ...alice, username: 'admin' }, proving('/login'))).body;
    const url = `${auth.url}/subjects/alice/scopes`;
    expect((await dpopFetch(key, { accessToken: access_token })(url)).status).toBe(200);
    expect((await dpopFetch(createDpopKey(), { accessToken: access_token })(url)).status).toBe(401);
    const asBearer = await fetch(url, { headers: { Authorization: `Bearer ${access_token}` } });
    expect([asBearer.status, asBearer.headers.get('WWW-Authenticate')]).toEqual([
      401,
      'Bearer realm="auth.service", error="invalid_token"',
    ]);
  });

  test('has to be proved at every refresh, and a refusal uses nothing up', async () => {
    const { refresh_token } = await login();
    expect(said(await refresh(refresh_token))).toEqual([400, 'invalid_dpop_proof']);
    expect(said(await refresh(refresh_token, { DPoP: 'bad' }))).toEqual([400, 'invalid_dpop_proof']);
    expect(said(await refresh(refresh_token, proving('/login')))).toEqual([400, 'invalid_dpop_proof']);
    expect(said(await refresh(refresh_token, proving('/token', createDpopKey())))).toEqual([400, 'invalid_grant']);
    const refreshed = await refresh(refresh_token, proving('/token'));
    expect(said(refreshed)).toEqual([200, 'DPoP']);
    expect(boundTo(refreshed.body.access_token)).toEqual({ jkt: key.thumbprint });
    expect(said(await refresh(refreshed.body.refresh_token))).toEqual([400, 'invalid_dpop_proof']);
  });

  test('binds a session that was bound to none, from then on', async () => {
    const { token_type, refresh_token } = await signIn(auth, 'alice');
    expect(token_type).toBe('Bearer');
    const bound = await refresh(refresh_token, proving('/token'));
    expect(said(bound)).toEqual([200, 'DPoP']);
    expect(said(await refresh(bound.body.refresh_token))).toEqual([400, 'invalid_dpop_proof']);
  });

  test('does not keep the reuse of a refresh token from ending its session', async () => {
    const { refresh_token } = await login();
    const next = await refresh(refresh_token, proving('/token'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(said(await refresh(refresh_token, proving('/token', createDpopKey())))).toEqual([400, 'invalid_grant']);
    expect(said(await refresh(next.body.refresh_token, proving('/token')))).toEqual([400, 'invalid_grant']);
  });

  test("binds a client's own token", async () => {
    const answer = await sendToken(auth, { grant_type: 'client_credentials' }, { ...demo, ...proving('/token') });
    expect(said(answer)).toEqual([200, 'DPoP']);
    expect(boundTo(answer.body.access_token)).toEqual({ jkt: key.thumbprint });
  });

  test('is proved by each proof once', async () => {
    const once = proving('/login');
    expect(said(await send(auth, alice, once))).toEqual([200, 'DPoP']);
    expect(said(await send(auth, alice, once))).toEqual([400, 'invalid_dpop_proof']);
  });

  test('is looked at once the password holds: a wrong one uses no proof up', async () => {
    const once = proving('/login');
    expect((await send(auth, { ...alice, password: 'wrong' }, once)).status).toBe(401);
    expect(said(await send(auth, alice, once))).toEqual([200, 'DPoP']);
  });

  test('is not proved by two fields', async () => {
    expect((await postTwice(`${auth.url}/login`, JSON.stringify(alice), [proof('/login'), proof('/login')]))[0]).toBe(
      400,
    );
  });

  test('is named to who introspects the token', async () => {
    const { access_token } = await login();
    const introspected = await fetch(`${auth.url}/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ token: access_token }),
      headers: demo,
    });
    expect(await introspected.json()).toMatchObject({ token_type: 'DPoP', cnf: { jkt: key.thumbprint } });
  });

  test('may be of the algorithms that the metadata list', async () => {
    const metadata = await (await fetch(`${auth.url}/.well-known/oauth-authorization-server`)).json();
    expect(metadata).toMatchObject({
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'],
    });
  });
});

test('a key is proved with a nonce, where nonces are demanded, and the next one comes with the answer', async () => {
  const database = await testDatabases()[0]?.create();
  if (!database) throw new Error('there is no database');
  const auth = await startAuth(database, { DPOP_NONCE_SECRET: nonceSecret });
  try {
    const asked = await send(auth, alice, { DPoP: createDpopProof({ key, method: 'POST', url: `${auth.url}/login` }) });
    const nonce = asked.headers.get('DPoP-Nonce') ?? '';
    expect([asked.status, asked.body.error, nonce]).toEqual([400, 'use_dpop_nonce', expect.stringMatching(/^.{43}$/)]);
    const again = createDpopProof({ key, method: 'POST', url: `${auth.url}/login`, nonce });
    const passed = await send(auth, alice, { DPoP: again });
    expect([passed.status, passed.headers.get('DPoP-Nonce')]).toEqual([200, nonce]);
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', ...demo };
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    const answer = await dpopFetch(key)(`${auth.url}/token`, { method: 'POST', body: form, headers });
    expect(await answer.json()).toMatchObject({ token_type: 'DPoP' });
  } finally {
    await auth.close();
    await database.drop();
  }
});

/** Two `DPoP` fields, which fetch would join. */
async function postTwice(url: string, body: string, proofs: string[]): Promise<[number | undefined, string]> {
  const headers = { 'Content-Type': 'application/json', DPoP: proofs };
  const request = http.request(url, { method: 'POST', headers }).end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return [response.statusCode, (await response.toArray()).join('')];
}
