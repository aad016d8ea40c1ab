import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEntries, clients, securityEvents } from '../schema.js';
import { accessToken } from '../testing/administration.js';
import { basic, decode, type RunningAuth, startAuth, token } from '../testing/auth-service.js';
import { exchange } from '../testing/exchange.js';

const [old, renewed, others] = ['o', 'n', 'p'].map((letter) => letter.repeat(32));

describe.each(testDatabases())('a boot on $kind knows a service', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth | undefined;

  beforeAll(async () => {
    database = await create();
  });

  afterAll(async () => {
    await auth?.close();
    await database.drop();
  });

  const boot = async (secret = ''): Promise<RunningAuth> => {
    await auth?.close();
    auth = await startAuth(database, { SERVICE_CLIENT_SECRETS: `order:${secret},payment:${others}` });
    return auth;
  };
  const ask = (running: RunningAuth, secret = '') =>
    token(running, { grant_type: 'client_credentials' }, basic('order', secret));
  const events = async (running: RunningAuth) =>
    (await running.db.select().from(securityEvents)).map(({ set }) => decode(set).claims);

  test('by the configured secret alone, and what was got with an earlier one is cut off', async () => {
    const first = await boot(old);
    const before = await ask(first, old);
    expect([before.status, (await ask(first, renewed)).status]).toEqual([200, 401]);
    expect(await events(first)).toEqual([]);
    const { sid } = decode(before.body.access_token).claims;
    const exchanged = (await exchange(first, await accessToken(first, 'alice'), {}, 'order', old)).body.access_token;

    const second = await boot(renewed);
    const after = await ask(second, renewed);
    expect([(await ask(second, old)).status, after.status]).toEqual([401, 200]);
    expect(decode(after.body.access_token).claims.sid).not.toBe(sid);
    expect(await events(second)).toMatchObject([
      { sub_id: { sub: 'order' }, events: { [changed]: { sids: [sid], credential_type: 'client-secret' } } },
      { sub_id: { sub: 'alice' }, events: { [revoked]: { token: decode(exchanged).claims.jti } } },
    ]);
    expect(await second.db.select().from(auditEntries)).toMatchObject([
      { action: 'client-secret-changed', subject: 'order', actorSubject: null },
    ]);
    const stored = await second.db.select().from(clients);
    expect(stored.find(({ clientId }) => clientId === 'order')?.secretHash).toMatch(/^\$argon2id\$/);
  }, 120_000);
});

const revoked = 'https://schemas.openid.net/secevent/oauth/event-type/token-revoked';
const changed = 'https://schemas.openid.net/secevent/caep/event-type/credential-change';
