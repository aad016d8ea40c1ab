import { demoPassword } from '@waybill/contracts';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessions } from '../schema.js';
import { send } from '../testing/administration.js';
import { type Answer, decode, login, type RunningAuth, startAuth, token } from '../testing/auth-service.js';

describe.each(testDatabases())('a sign-in that is bound to an address on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database, { TRUSTED_PROXIES: '127.0.0.1', ADDRESS_PREFIX_LENGTHS: '24,56' });
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  const from = (address: string) => ({ 'X-Forwarded-For': address });
  const signInFrom = (address: string, more: object = { bindAddress: true }): Promise<Answer> =>
    login(auth, { username: 'alice', password: demoPassword, ...more }, from(address));
  const refreshFrom = (address: string, refreshToken = ''): Promise<Answer> =>
    token(auth, { grant_type: 'refresh_token', client_id: 'shop', refresh_token: refreshToken }, from(address));
  const use = async (bearer: string, address: string) =>
    (await send(auth, 'GET', '/second-keys', { token: bearer, headers: from(address) })).status;

  test.each([
    ['203.0.113.7', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', '203.0.113.0/24'],
    ['2001:db8:1:2ff::7', '2001:db8:1:200::/56'],
    ['10.0.0.1, 203.0.113.7', '203.0.113.0/24'],
    ['203.0.113.7:4711', '203.0.113.0/24'],
    ['[2001:db8:1:2ff::7]:4711', '2001:db8:1:200::/56'],
  ])('from %s, names the range %s', async (address, range) => {
    const { status, body } = await signInFrom(address);
    expect(status).toBe(200);
    expect(body.token_type).toBe('Bearer');
    expect(decode(body.access_token).claims.cnf).toEqual({ client_address: range });
  });

  test.each([
    ['a trusted proxy tells nothing', {}],
    ['a trusted proxy tells what is no address', from('203.0.113.7, unknown')],
    ['a trusted proxy tells of trusted proxies alone', from('127.0.0.1')],
  ])('is refused where %s: the proxy is everybody, and nothing is opened', async (_, headers) => {
    const open = async () => (await auth.db.select().from(sessions)).length;
    const before = await open();
    const typed = { username: 'alice', password: demoPassword, bindAddress: true };
    const { status, body } = await login(auth, typed, headers);
    expect([status, body.code]).toEqual([400, 'client_address_unknown']);
    expect(await open()).toBe(before);
    expect((await login(auth, { ...typed, bindAddress: false }, headers)).status).toBe(200);
  });

  test('is one only where that is asked for', async () => {
    for (const more of [{}, { bindAddress: false }]) {
      const { body } = await signInFrom('203.0.113.7', more);
      expect(decode(body.access_token).claims).not.toHaveProperty('cnf');
      expect((await refreshFrom('198.51.100.1', body.refresh_token)).status).toBe(200);
    }
    expect((await signInFrom('203.0.113.7', { bindAddress: '203.0.113.7' })).status).toBe(400);
  });

  test('gives tokens that work from there alone', async () => {
    const { access_token } = (await signInFrom('203.0.113.7')).body;
    expect(await use(access_token, '203.0.113.99')).toBe(200);
    expect(await use(access_token, '203.0.114.7')).toBe(401);
    expect(await use(access_token, '203.0.113.7, 198.51.100.1')).toBe(401);
  });

  test('stays bound when it is refreshed, which works from there alone and uses nothing up elsewhere', async () => {
    const { refresh_token } = (await signInFrom('203.0.113.7')).body;
    const elsewhere = await refreshFrom('198.51.100.1', refresh_token);
    expect([elsewhere.status, elsewhere.body.error]).toEqual([400, 'invalid_grant']);
    const { status, body } = await refreshFrom('203.0.113.8', refresh_token);
    expect(status).toBe(200);
    expect(decode(body.access_token).claims.cnf).toEqual({ client_address: '203.0.113.0/24' });
    expect((await refreshFrom('198.51.100.1', body.refresh_token)).status).toBe(400);
    expect((await refreshFrom('203.0.113.9', body.refresh_token)).status).toBe(200);
  });
});
