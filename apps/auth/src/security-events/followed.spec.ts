import { randomUUID } from 'node:crypto';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { decode, type RunningAuth, signIn, startAuth } from '../testing/auth-service.js';
import { type ServiceProcess, startServiceProcess } from '../testing/service-process.js';
import type { SecurityChange } from './security-change.js';

/** Generous, because a test machine may be busy; how long it takes in truth is for the measuring command to say. */
const soon = { timeout: 3000, interval: 10 };
const startMs = 120_000;

/** PostgreSQL where there is one, for it starts sooner: what each kind does to the feed is for its own specs to say. */
const kind = testDatabases().at(-1);
if (!kind) throw new Error('there is no kind of database to test with');

describe(`order and payment follow auth on ${kind.kind}`, () => {
  const { create } = kind;
  let databases: TestDatabase[];
  let auth: RunningAuth;
  let order: ServiceProcess;
  let payment: ServiceProcess;
  let authPort: string;

  const startAuthAgain = () => startAuth(databases[0] as TestDatabase, { AUTH_PORT: authPort });

  beforeAll(async () => {
    databases = [await create(), await create(), await create()];
    const [own, ofOrder, ofPayment] = databases as [TestDatabase, TestDatabase, TestDatabase];
    auth = await startAuth(own);
    authPort = new URL(auth.url).port;
    const shared = { WAYBILL_DATA_DIR: own.folder };
    payment = await startServiceProcess('payment', auth, ofPayment, shared);
    order = await startServiceProcess('order', auth, ofOrder, {
      ...shared,
      PAYMENT_URL: payment.url,
      PAYMENT_TIMEOUT_MS: '10000',
    });
  }, startMs);

  afterAll(async () => {
    await Promise.all([order?.stop(), payment?.stop()]);
    await auth.close();
    for (const database of databases) await database.drop();
  }, startMs);

  const append = (change: SecurityChange) => auth.db.transaction((tx) => auth.log.append(tx, change));
  const newToken = async () => (await signIn(auth, 'alice')).access_token;
  const ask = async (url: string, token: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { status } = await fetch(url, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
    return status;
  };
  const atOrder = (token: string) => ask(`${order.url}/orders`, token);
  const atPayment = (token: string) => ask(`${payment.url}/payments/${randomUUID()}`, token);
  const place = (token: string) =>
    ask(`${order.url}/place-order`, token, { items: [{ sku: 'PEN-1', quantity: 1 }], paymentMethod: 'pm_card_visa' });

  type Named = { readonly sub: string; readonly sid: string; readonly jti: string };
  test.each<[string, (token: Named) => SecurityChange]>([
    [
      'it is revoked',
      ({ jti, sub }) => ({ kind: 'token-revoked', jti, sub, expiresAt: new Date(Date.now() + 900_000) }),
    ],
    ['its session is ended', ({ sid, sub }) => ({ kind: 'session-revoked', sub, sids: [sid], reason: 'sign-out' })],
    [
      'a scope that it carries is withdrawn',
      ({ sid, sub }) => ({ kind: 'scopes-withdrawn', sub, sids: [sid], scopes: ['payment.create'] }),
    ],
    [
      'the password is changed',
      ({ sid, sub }) => ({ kind: 'credential-change', sub, sids: [sid], credential: 'password' }),
    ],
  ])('and refuse a token once %s, and no other', async (_, change) => {
    const [token, other] = [await newToken(), await newToken()];
    expect([await atOrder(token), await atPayment(token), await place(token)]).toEqual([200, 404, 201]);
    await append(change(decode(token).claims as unknown as Named));
    await vi.waitFor(async () => expect([await atOrder(token), await atPayment(token)]).toEqual([401, 401]), soon);
    expect(await place(token)).toBe(401);
    expect([await atOrder(other), await atPayment(other), await place(other)]).toEqual([200, 404, 201]);
  });

  test('and close what is sensitive, and only that, while auth is away', async () => {
    const [token, revoked] = [await newToken(), await newToken()];
    const { jti, sub } = decode(revoked).claims as unknown as Named;
    await append({ kind: 'token-revoked', jti, sub, expiresAt: new Date(Date.now() + 900_000) });
    await vi.waitFor(async () => expect(await atOrder(revoked)).toBe(401), soon);
    await auth.close();
    await vi.waitFor(async () => expect(await place(token)).toBe(503), { timeout: 15_000, interval: 200 });
    expect([await atOrder(token), await atPayment(token)]).toEqual([200, 404]);
    expect([await atOrder(revoked), await place(revoked)]).toEqual([401, 401]);
    auth = await startAuthAgain();
    await vi.waitFor(async () => expect(await place(token)).toBe(201), { timeout: 15_000, interval: 200 });
    expect(await atOrder(revoked)).toBe(401);
  }, 60_000);

  test('and refuse all that a withdrawn key signed, though the key set still lists it', async () => {
    const token = await newToken();
    expect([await atOrder(token), await atPayment(token)]).toEqual([200, 404]);
    await append({ kind: 'key-withdrawn', kid: String(decode(token).header.kid) });
    await vi.waitFor(async () => expect([await atOrder(token), await atPayment(token)]).toEqual([401, 401]), soon);
    const ofAuth = () => ask(`${auth.url}/security-events`, token);
    await vi.waitFor(async () => expect(await ofAuth()).toBe(401), soon);
  });
});
