import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addAccount } from '../accounts/accounts.js';
import { accounts } from '../schema.js';
import { decode, isSignedByJwks, login, type RunningAuth, signIn, startAuth } from '../testing/auth-service.js';

const password = 'waybill-demo';

describe.each(testDatabases())('POST /login on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database, { AUTH_ISSUER: 'https://auth.example.com/', TOKEN_TTL_SECONDS: '600' });
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  test('answers as RFC 6749 §5.1 says, and nobody may keep the answer', async () => {
    const { status, headers, body } = await login(auth, { username: 'alice', password });
    expect(status).toBe(200);
    expect(headers.get('Content-Type')).toMatch(/^application\/json/);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('Pragma')).toBe('no-cache');
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'order.read order.write payment.read payment.create',
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('issues exactly the claims of an access token, signed by a key of the JWKS', async () => {
    const { access_token } = await signIn(auth, 'alice');
    const { header, claims } = decode(access_token);
    const scopes = ['order.read', 'order.write', 'payment.read', 'payment.create'];
    const iat = claims.iat as number;
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    expect(claims).toEqual({
      iss: 'https://auth.example.com/',
      sub: 'alice',
      aud: ['order.service', 'payment.service', 'auth.service'],
      client_id: 'shop',
      iat,
      exp: iat + 600,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      sid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      service_scopes: scopes,
      scope: scopes.join(' '),
    });
    expect(Number.isInteger(iat) && Math.abs(iat - Date.now() / 1000) < 5).toBe(true);
    expect(await isSignedByJwks(access_token, auth)).toBe(true);
  });

  test('makes each token and each session its own', async () => {
    const tokens = await Promise.all([signIn(auth, 'bob'), signIn(auth, 'bob')]);
    const [first, second] = tokens.map(({ access_token }) => decode(access_token).claims);
    expect(first?.jti).not.toBe(second?.jti);
    expect(first?.sid).not.toBe(second?.sid);
  });

  test.each([
    ['bob', 'order.read', ['order.service', 'auth.service']],
    ['carol', 'order.read order.write', ['order.service', 'auth.service']],
    ['dora', 'order.read order.refund payment.refund', ['order.service', 'payment.service', 'auth.service']],
    [
      'admin',
      'grants.read grants.write clients.read tokens.revoke keys.rotate audit.read ledger.read',
      ['auth.service', 'payment.service'],
    ],
  ])('grants %s what is granted, and names the services where it acts', async (username, scope, audience) => {
    const { access_token, ...answer } = await signIn(auth, username);
    expect(answer.scope).toBe(scope);
    expect(decode(access_token).claims).toMatchObject({ sub: username, aud: audience, scope });
  });

  test('narrows to the scope that is asked for', async () => {
    const { body } = await login(auth, { username: 'alice', password, scope: 'payment.read' });
    const { claims } = decode(body.access_token);
    expect(body.scope).toBe('payment.read');
    expect(claims).toMatchObject({ aud: ['payment.service', 'auth.service'], service_scopes: ['payment.read'] });
  });

  test.each(['order.write', 'order.everything', 'order.read order.write', '', ' order.read', 'order.read,order.write'])(
    'refuses the scope "%s", which bob does not have',
    async (scope) => {
      const { status, body } = await login(auth, { username: 'bob', password, scope });
      expect(status).toBe(400);
      expect(body).toMatchObject({ error: 'invalid_scope', code: 'invalid_scope' });
    },
  );

  test('gives an account without grants a token for the auth service alone', async () => {
    await auth.db.transaction((tx) =>
      addAccount(tx, { sub: 'e8c1', username: 'eve', password: 'a-long-password', scopes: [], demo: false }),
    );
    const { status, body } = await login(auth, { username: 'eve', password: 'a-long-password' });
    expect(status).toBe(200);
    expect(decode(body.access_token).claims).toMatchObject({
      sub: 'e8c1',
      aud: ['auth.service'],
      service_scopes: [],
      scope: '',
    });
  });

  test('answers a wrong password and an unknown name alike', async () => {
    const wrong = await login(auth, { username: 'alice', password: 'waybill-dem0' });
    const unknown = await login(auth, { username: 'mallory', password: 'waybill-dem0' });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
    expect(wrong.body).toMatchObject({ code: 'invalid_credentials', error: 'invalid_grant', status: 401 });
    expect(unknown.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
  });

  test('knows names by every letter', async () => {
    expect((await login(auth, { username: 'Alice', password })).status).toBe(401);
    expect((await login(auth, { username: 'alice ', password })).status).toBe(401);
  });

  test.each([
    ['no password', { username: 'alice' }],
    ['an empty password', { username: 'alice', password: '' }],
    ['a number as password', { username: 'alice', password: 12 }],
    ['a list of names', { username: ['alice'], password }],
    ['a NUL in the name', { username: 'alice\0', password }],
    ['an extra member', { username: 'alice', password, role: 'admin' }],
    ['a list of scopes', { username: 'alice', password, scope: ['order.read'] }],
    ['a password over 1,024 bytes', { username: 'alice', password: 'ä'.repeat(513) }],
    ['no object', ['alice', password]],
  ])('refuses %s with 400', async (_, body) => {
    const { status, body: problem } = await login(auth, body);
    expect(status).toBe(400);
    expect(problem.code).toBe('validation_failed');
  });

  test('takes a password of 1,024 bytes', async () => {
    expect((await login(auth, { username: 'alice', password: 'ä'.repeat(512) })).status).toBe(401);
  });

  test.each(['application/x-www-form-urlencoded', 'text/plain'])('refuses a body of %s with 415', async (mediaType) => {
    const body = new URLSearchParams({ username: 'alice', password }).toString();
    const response = await fetch(`${auth.url}/login`, { method: 'POST', body, headers: { 'Content-Type': mediaType } });
    expect(response.status).toBe(415);
  });

  test('stores passwords as argon2id hashes', async () => {
    const [alice] = await auth.db.select().from(accounts).where(eq(accounts.username, 'alice'));
    expect(alice?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
  });
});
