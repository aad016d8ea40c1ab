import { createPrivateKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { demoPassword } from '@waybill/contracts';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { securityEvents, signingKeys } from '../schema.js';
import { accessToken, isActive, send } from '../testing/administration.js';
import { basic, decode, type RunningAuth, signIn, startAuth } from '../testing/auth-service.js';

const demo = basic('demo-service', demoPassword);

describe.each(testDatabases())('POST /introspect on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  const introspect = (form: string | Record<string, string>, headers: Record<string, string> = demo) =>
    send(auth, 'POST', '/introspect', { form, headers });
  const expectInactive = async (token: string) => {
    const { status, body } = await introspect({ token });
    expect([status, body]).toEqual([200, { active: false }]);
  };

  test('answers the claims of a good token, to be kept by nobody', async () => {
    const token = await accessToken(auth, 'alice');
    const { status, headers, body } = await introspect({ token, token_type_hint: 'access_token' });
    expect([status, headers.get('Cache-Control')]).toEqual([200, 'no-store']);
    expect(body).toEqual({ active: true, token_type: 'Bearer', ...decode(token).claims });
  });

  test('answers nothing but that of what is no access token of this service', async () => {
    const { access_token, refresh_token = '' } = await signIn(auth, 'alice');
    const [header = '', payload = '', signature = ''] = access_token.split('.');
    const forged = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const { alg, kid } = decode(access_token).header;
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid })).toString('base64url');
    const admin = { ...decode(access_token).claims, sub: 'admin' };
    const widened = Buffer.from(JSON.stringify(admin)).toString('base64url');
    expect(alg).toBe('ES256');
    for (const token of [
      refresh_token,
      'nonsense',
      `${header}.${payload}.`,
      `${header}.${widened}.${signature}`,
      `${header}.${payload}.${signed(`${header}.${payload}`, forged)}`,
      `${unsigned}.${payload}.`,
      `${access_token}=`,
      ` ${access_token}`,
      `${access_token.slice(0, -1)}${nextLetter(access_token.at(-1))}`,
    ]) {
      await expectInactive(token);
    }
    expect(await isActive(auth, access_token)).toBe(true);
  });

  test('does not take a security event for an access token', async () => {
    const { access_token } = await signIn(auth, 'bob');
    await send(auth, 'POST', '/subjects/bob/sign-out', { token: access_token });
    const [event] = await auth.db.select().from(securityEvents);
    await expectInactive(event?.set ?? '');
  });

  test('finds a token good until it has expired', async () => {
    const token = await accessToken(auth, 'alice');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 898_000 });
    expect(await isActive(auth, token)).toBe(true);
    vi.setSystemTime(Date.now() + 3_000);
    await expectInactive(token);
  });

  test('finds no token good whose key was withdrawn, at once', async () => {
    const token = await accessToken(auth, 'alice');
    const itself = eq(signingKeys.kid, decode(token).header.kid as string);
    await auth.db.update(signingKeys).set({ withdrawnAt: new Date() }).where(itself);
    await expectInactive(token);
    await auth.db.update(signingKeys).set({ withdrawnAt: null }).where(itself);
    expect(await isActive(auth, token)).toBe(true);
  });

  test.each<[string, number, string, string, Record<string, string>]>([
    ['no token', 400, 'invalid_request', '', demo],
    ['a repeated token', 400, 'invalid_request', 'token=a&token=b', demo],
    ['a public client', 401, 'invalid_client', 'client_id=shop&token=a', {}],
    ['nobody', 401, 'invalid_client', 'token=a', {}],
    ['a wrong secret', 401, 'invalid_client', 'token=a', basic('demo-service', 'waybill-dem0')],
    ['a bearer', 401, 'invalid_client', 'token=a', { Authorization: 'Bearer abc' }],
  ])('refuses %s with %i %s', async (_, status, error, form, headers) => {
    const answer = await introspect(form, headers);
    expect([answer.status, answer.body?.error]).toEqual([status, error]);
  });
});

function signed(input: string, jwk: JsonWebKey): string {
  const key = { key: createPrivateKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
  return sign('sha256', Buffer.from(input), key).toString('base64url');
}

/** Another last letter for the same bytes: the four bits that it has too many are not zero. */
function nextLetter(letter = ''): string {
  return String.fromCharCode(letter.charCodeAt(0) + 1);
}
