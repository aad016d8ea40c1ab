import { demoPassword, type Scope } from '@waybill/contracts';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addAccount } from '../accounts/accounts.js';
import { accessToken, auditTrail, isActive, loggedEvents, type Reply, send, sidOf } from '../testing/administration.js';
import { basic, decode, login, type RunningAuth, signIn, startAuth, token } from '../testing/auth-service.js';

const shopping: Scope[] = ['order.read', 'order.write', 'payment.read', 'payment.create'];

describe.each(testDatabases())('the scopes of a subject on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;
  let admin: string;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database);
    admin = await accessToken(auth, 'admin');
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  const read = (sub: string, bearer = admin) => send(auth, 'GET', `/subjects/${sub}/scopes`, { token: bearer });
  const replace = (sub: string, scopes: unknown, ifMatch?: string, bearer = admin): Promise<Reply> =>
    send(auth, 'PUT', `/subjects/${sub}/scopes`, {
      token: bearer,
      body: { scopes },
      ...(ifMatch !== undefined && { headers: { 'If-Match': ifMatch } }),
    });
  const tagOf = async (sub: string) => (await read(sub)).headers.get('ETag') ?? '';
  const refresh = (refreshToken = '') =>
    token(auth, { grant_type: 'refresh_token', client_id: 'shop', refresh_token: refreshToken });
  const demo = () => token(auth, { grant_type: 'client_credentials' }, basic('demo-service', demoPassword));

  test('are read with an entity tag, which stays as long as they do', async () => {
    const { status, headers, body } = await read('dora');
    expect([status, body]).toEqual([200, { sub: 'dora', scopes: ['order.read', 'order.refund', 'payment.refund'] }]);
    expect(headers.get('ETag')).toMatch(/^"[\w-]{22}"$/);
    expect(await tagOf('dora')).toBe(headers.get('ETag'));
    expect(await tagOf('bob')).not.toBe(headers.get('ETag'));
  });

  test('are replaced by whoever knows the state before, and answered as they are then', async () => {
    const before = await read('dora');
    const stale = before.headers.get('ETag') ?? '';
    const { status, headers, body } = await replace('dora', ['payment.refund', 'order.read', 'order.read'], stale);
    expect([status, body]).toEqual([200, { sub: 'dora', scopes: ['order.read', 'payment.refund'] }]);
    const after = await read('dora');
    expect([after.body, after.headers.get('ETag')]).toEqual([body, headers.get('ETag')]);
    expect(await replace('dora', [], stale)).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    expect((await read('dora')).body).toEqual(body);
  });

  test.each<[string, (tag: string) => string, number]>([
    ['any state', () => '*', 200],
    ['a list of tags', (tag) => `"another", ${tag}`, 200],
    ['another tag', () => '"another"', 412],
    ['a weak tag', (tag) => `W/${tag}`, 412],
    ['a bare word', (tag) => tag.replaceAll('"', ''), 412],
  ])('are replaced by If-Match with %s as RFC 9110 §13.1.1 says', async (_, ifMatch, status) => {
    expect((await replace('dora', ['order.read'], ifMatch(await tagOf('dora')))).status).toBe(status);
  });

  test('are not replaced without If-Match', async () => {
    expect(await replace('dora', [])).toMatchObject({ status: 428, body: { code: 'precondition_required' } });
  });

  test.each<[string, unknown]>([
    ['an unknown scope', ['order.read', 'order.everything']],
    ['a text', 'order.read'],
    ['nothing', undefined],
  ])('cannot be %s', async (_, scopes) => {
    expect(await replace('dora', scopes, '*')).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });

  test('are those of an account or client that exists', async () => {
    expect(await read('nobody')).toMatchObject({ status: 404, body: { code: 'subject_not_found' } });
    expect(await replace('nobody', [], '*')).toMatchObject({ status: 404, body: { code: 'subject_not_found' } });
  });

  test('are for administrators', async () => {
    const bearer = await accessToken(auth, 'alice');
    const reader = await accessToken(auth, 'admin', 'grants.read');
    expect((await read('alice', bearer)).headers.get('WWW-Authenticate')).toContain('scope="grants.read"');
    expect((await read('alice', reader)).status).toBe(200);
    expect((await replace('alice', [], '*', reader)).headers.get('WWW-Authenticate')).toContain('scope="grants.write"');
  });

  test('once withdrawn are good in no token issued before, and other tokens go on', async () => {
    const whole = await signIn(auth, 'alice');
    const narrow = await accessToken(auth, 'alice', 'order.read');
    await replace('alice', ['order.read', 'order.write', 'payment.read'], await tagOf('alice'));
    expect(await isActive(auth, whole.access_token)).toBe(false);
    expect(await isActive(auth, narrow)).toBe(true);
    const { body: next } = await refresh(whole.refresh_token);
    expect(next.scope).toBe('order.read order.write payment.read');
    expect(await isActive(auth, next.access_token)).toBe(true);
  });

  test('come back with a new sign-in, never to an old session', async () => {
    await replace('alice', shopping, '*');
    const old = await signIn(auth, 'alice');
    await replace('alice', ['order.read'], '*');
    await replace('alice', shopping, '*');
    const { body: next } = await refresh(old.refresh_token);
    expect(next.scope).toBe('order.read');
    expect(await isActive(auth, next.access_token)).toBe(true);
    const again = await signIn(auth, 'alice');
    expect(again.scope).toBe(shopping.join(' '));
    expect(await isActive(auth, again.access_token)).toBe(true);
  });

  test('of a client are withdrawn from every token that it got, and its next one has what it is granted then', async () => {
    const narrow = await token(
      auth,
      { grant_type: 'client_credentials', scope: 'order.read' },
      basic('demo-service', demoPassword),
    );
    const { body: whole } = await demo();
    await replace('demo-service', ['order.read'], '*');
    const { body: less } = await demo();
    await replace('demo-service', ['order.read', 'payment.read'], '*');
    const { body: again } = await demo();
    const good = await Promise.all([narrow.body, whole, less, again].map((body) => isActive(auth, body.access_token)));
    expect(good).toEqual([true, false, true, true]);
    await replace('demo-service', ['payment.read'], '*');
    const left = await Promise.all([narrow.body, whole, less, again].map((body) => isActive(auth, body.access_token)));
    expect(left).toEqual([false, false, false, false]);
    await replace('demo-service', ['order.read', 'payment.read'], '*');
  });

  test('stand in the log and in the audit trail when they change, and only then', async () => {
    const bearer = await accessToken(auth, 'carol');
    const [events, entries] = [(await loggedEvents(auth)).length, (await auditTrail(auth)).length];
    await replace('carol', ['order.read', 'order.write'], '*');
    await replace('carol', ['order.read', 'order.refund'], '*');
    expect((await loggedEvents(auth)).slice(events)).toMatchObject([
      {
        sub: 'carol',
        type: 'token-claims-change',
        event: { sids: [sidOf(bearer)], claims: { withdrawn_scopes: ['order.write'] } },
      },
      { sub: 'carol', type: 'scopes-granted', event: { scopes: ['order.refund'] } },
    ]);
    expect((await auditTrail(auth)).slice(entries)).toMatchObject([
      {
        action: 'scopes-changed',
        actorIssuer: decode(bearer).claims.iss,
        actorSubject: 'admin',
        actorClient: 'shop',
        subject: 'carol',
        before: { scopes: ['order.read', 'order.write'] },
        after: { scopes: ['order.read', 'order.refund'] },
        requestId: expect.any(String),
      },
    ]);
    await replace('carol', ['order.read', 'order.write'], '*');
  });

  test('let one of parallel replacements of the same state win', async () => {
    const tag = await tagOf('bob');
    const wanted: Scope[][] = [
      [],
      ['order.write'],
      ['order.refund'],
      ['payment.read'],
      ['payment.create'],
      ['payment.refund'],
    ];
    const answers = await Promise.all(wanted.map((scopes) => replace('bob', scopes, tag)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
    expect((await read('bob')).body).toEqual(answers.find(({ status }) => status === 200)?.body);
    await replace('bob', ['order.read'], '*');
  });

  test('withdrawn while somebody signs in or refreshes are in no token that is good', async () => {
    for (let round = 0; round < 5; round += 1) {
      await replace('carol', ['order.read', 'order.write'], '*');
      const before = await signIn(auth, 'carol');
      const withdraw = () => replace('carol', ['order.read'], '*');
      const issues = [
        ...Array.from({ length: 6 }, () => signIn(auth, 'carol')),
        refresh(before.refresh_token).then(({ body }) => body),
      ];
      const [{ status }, ...issued] = await Promise.all([withdraw(), ...issues]);
      expect(status).toBe(200);
      for (const { access_token, scope } of [before, ...issued]) {
        expect([scope, await isActive(auth, access_token)]).toEqual([scope, !scope.includes('order.write')]);
      }
    }
  }, 60_000);

  test('leave somebody who can grant them', async () => {
    expect(await replace('admin', ['grants.read'], '*')).toMatchObject({
      status: 409,
      body: { code: 'last_administrator' },
    });
    expect(await isActive(auth, admin)).toBe(true);
    const other = { sub: 'f00d', username: 'other', password: demoPassword, scopes: [], demo: false };
    await auth.db.transaction((tx) => addAccount(tx, other));
    const { body: mine } = await read('admin');
    for (let round = 0; round < 5; round += 1) {
      expect((await replace('f00d', ['grants.read', 'grants.write'], '*')).status).toBe(200);
      const [one, two] = [admin, await accessToken(auth, 'other')];
      const answers = await Promise.all([replace('f00d', [], '*', one), replace('admin', ['grants.read'], '*', two)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      if (answers[1]?.status !== 200) continue;
      await replace('admin', mine?.scopes, '*', two);
      admin = await accessToken(auth, 'admin');
    }
  }, 60_000);

  test('that are granted are in the next token', async () => {
    await replace('bob', ['order.read', 'audit.read'], '*');
    const { body } = await login(auth, { username: 'bob', password: demoPassword, scope: 'audit.read' });
    expect((await send(auth, 'GET', '/audit', { token: body.access_token })).status).toBe(200);
    await replace('bob', ['order.read'], '*');
  });
});
