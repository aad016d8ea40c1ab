import { demoPassword } from '@waybill/contracts';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { accessToken, auditTrail, isActive, loggedEvents, send, sidOf } from '../testing/administration.js';
import { basic, decode, type RunningAuth, signIn, startAuth, token } from '../testing/auth-service.js';

const demo = basic('demo-service', demoPassword);

describe.each(testDatabases())('POST /revoke on $kind', ({ create }) => {
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

  const revoke = (form: string | Record<string, string>, headers = {}) =>
    send(auth, 'POST', '/revoke', { form, headers });
  const shopRevokes = (revoked = '', more = {}) => revoke({ client_id: 'shop', token: revoked, ...more });
  const refresh = (refreshToken = '') =>
    token(auth, { grant_type: 'refresh_token', client_id: 'shop', refresh_token: refreshToken });
  const own = async () => (await token(auth, { grant_type: 'client_credentials' }, demo)).body.access_token;

  test('takes one access token back, and its session goes on', async () => {
    const { access_token, refresh_token } = await signIn(auth, 'alice');
    const { status, headers, body } = await shopRevokes(access_token);
    expect([status, body, headers.get('Cache-Control')]).toEqual([200, undefined, 'no-store']);
    expect(await isActive(auth, access_token)).toBe(false);
    const next = await refresh(refresh_token);
    expect(await isActive(auth, next.body.access_token)).toBe(true);
    const { jti, exp } = decode(access_token).claims;
    expect((await loggedEvents(auth)).at(-1)).toMatchObject({
      sub: 'alice',
      type: 'token-revoked',
      event: { token: jti },
    });
    expect((await auditTrail(auth)).at(-1)).toMatchObject({
      action: 'token-revoked',
      actorSubject: 'shop',
      subject: 'alice',
      after: { token: jti, session: sidOf(access_token) },
    });
    expect(exp).toEqual(expect.any(Number));
  });

  test.each(['refresh_token', 'access_token', 'something_else'])(
    'with a refresh token ends its session, called %s or not',
    async (hint) => {
      const { access_token, refresh_token } = await signIn(auth, 'alice');
      expect((await shopRevokes(refresh_token, { token_type_hint: hint })).status).toBe(200);
      expect(await isActive(auth, access_token)).toBe(false);
      expect((await refresh(refresh_token)).body.error).toBe('invalid_grant');
      expect((await loggedEvents(auth)).at(-1)).toMatchObject({
        type: 'session-revoked',
        event: { sids: [sidOf(access_token)] },
      });
    },
  );

  test('with a refresh token that was used ends its session as well', async () => {
    const first = await signIn(auth, 'alice');
    const { body } = await refresh(first.refresh_token);
    await shopRevokes(first.refresh_token);
    expect(await isActive(auth, body.access_token)).toBe(false);
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  test("leaves another client's tokens alone, and does not say so", async () => {
    const { access_token, refresh_token } = await signIn(auth, 'bob');
    const foreign = await own();
    const answers = [
      await revoke({ token: access_token }, demo),
      await revoke({ token: refresh_token ?? '' }, demo),
      await shopRevokes(foreign),
    ];
    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [200, undefined]));
    for (const untouched of [access_token, foreign]) expect(await isActive(auth, untouched)).toBe(true);
    expect((await refresh(refresh_token)).status).toBe(200);
  });

  test('lets a client take its own token back', async () => {
    const mine = await own();
    expect((await revoke({ token: mine }, demo)).status).toBe(200);
    expect(await isActive(auth, mine)).toBe(false);
    expect(await isActive(auth, await own())).toBe(true);
  });

  test('answers 200 for what is no token, or is one no longer, and the log stays as it is', async () => {
    const expired = await accessToken(auth, 'bob');
    const known = (await loggedEvents(auth)).length;
    for (const text of [
      'nonsense',
      'a.b.c',
      `${expired}x`,
      `${expired.slice(0, -4)}AAAA`,
      'x'.repeat(9000),
      'eyJ\0.e.e',
      'eyJ0eXAiOiJKV1QifQ.eA.eA',
      `${Buffer.from('null').toString('base64url')}.e30.AA`,
    ]) {
      expect([text.slice(0, 12), (await shopRevokes(text)).status]).toEqual([text.slice(0, 12), 200]);
    }
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 901_000 });
    expect((await shopRevokes(expired)).status).toBe(200);
    expect(await loggedEvents(auth)).toHaveLength(known);
  });

  test('says it once, however often and in parallel it is asked', async () => {
    const { access_token, refresh_token } = await signIn(auth, 'bob');
    const known = (await loggedEvents(auth)).length;
    await Promise.all(Array.from({ length: 8 }, () => shopRevokes(access_token)));
    expect(await loggedEvents(auth)).toHaveLength(known + 1);
    await Promise.all(Array.from({ length: 8 }, () => shopRevokes(refresh_token)));
    expect(await loggedEvents(auth)).toHaveLength(known + 2);
    await shopRevokes(access_token);
    expect(await loggedEvents(auth)).toHaveLength(known + 2);
  });

  test.each<[string, number, string, string, Record<string, string>]>([
    ['no token', 400, 'invalid_request', 'client_id=shop', {}],
    ['an empty token', 400, 'invalid_request', 'client_id=shop&token=', {}],
    ['a repeated token', 400, 'invalid_request', 'client_id=shop&token=a&token=a', {}],
    ['nobody', 401, 'invalid_client', 'token=a', {}],
    ['an unknown client', 401, 'invalid_client', 'client_id=nobody&token=a', {}],
    ['a wrong secret', 401, 'invalid_client', 'token=a', basic('demo-service', 'waybill-dem0')],
    ['a confidential client without its secret', 401, 'invalid_client', 'client_id=demo-service&token=a', {}],
  ])('refuses %s with %i %s', async (_, status, error, form, headers) => {
    const answer = await revoke(form, headers);
    expect([answer.status, answer.body?.error]).toEqual([status, error]);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
  });

  test('refuses JSON with 400', async () => {
    const body = { client_id: 'shop', token: 'a' };
    expect(await send(auth, 'POST', '/revoke', { body })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
  });

  test('against a refresh that comes at once leaves no token good', async () => {
    for (let round = 0; round < 8; round += 1) {
      const first = await signIn(auth, 'carol');
      const [revoked, refreshed] = await Promise.all([shopRevokes(first.refresh_token), refresh(first.refresh_token)]);
      expect(revoked.status).toBe(200);
      expect(await isActive(auth, first.access_token)).toBe(false);
      if (refreshed.status === 200) {
        expect(await isActive(auth, refreshed.body.access_token)).toBe(false);
        expect((await refresh(refreshed.body.refresh_token)).status).toBe(400);
      }
    }
  }, 60_000);
});
