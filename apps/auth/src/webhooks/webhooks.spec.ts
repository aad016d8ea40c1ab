import { createHmac, createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { signingKeys } from '../schema.js';
import { accessToken, send } from '../testing/administration.js';
import { decode, type RunningAuth, startAuth } from '../testing/auth-service.js';
import { pauseAfter } from './attempt-schedule.js';

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const [current, next] = [Buffer.alloc(32, 1), Buffer.alloc(24, 2)];
const whsec = (secret: Buffer) => `whsec_${secret.toString('base64')}`;

test('a delivery is attempted for more than two days, in growing pauses', () => {
  const pauses = Array.from({ length: 12 }, (_, n) => pauseAfter(n + 1) ?? 0);
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  expect(pauses.reduce((sum, pause) => sum + pause)).toBeGreaterThan(2 * 24 * 3600);
  expect([pauseAfter(1), pauseAfter(13)]).toEqual([1, undefined]);
});

describe.each(testDatabases())('a webhook on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;
  let receiver: Server;
  let url: string;
  const received: Received[] = [];
  const answers: number[] = [];

  beforeAll(async () => {
    database = await create();
    receiver = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      received.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(answers.shift() ?? 202, { Location: `${url}/elsewhere` }).end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    auth = await start();
  });

  afterAll(async () => {
    await auth.close();
    receiver.close();
    await database.drop();
  });

  const start = () =>
    startAuth(database, {
      WEBHOOK_URLS: `${url}/first,${url}/second`,
      WEBHOOK_SECRETS: `${whsec(current)} ${whsec(next)},${whsec(next)}`,
    });
  const deliveries = async (query = '') => {
    const token = await accessToken(auth, 'admin', 'audit.read');
    const { body } = await send(auth, 'GET', `/webhook-deliveries${query}`, { token });
    return body as { items: Record<string, unknown>[]; nextCursor: string | null };
  };
  const untilDelivered = (count: number) =>
    vi.waitFor(
      async () => {
        const { items } = await deliveries();
        expect(items.map(({ status }) => status)).toEqual(Array.from({ length: count }, () => 'delivered'));
        return items;
      },
      { timeout: 40_000, interval: 500 },
    );
  const hmac = (secret: Buffer, text: string) => `v1,${createHmac('sha256', secret).update(text).digest('base64')}`;

  const isSignedByEventKey = async (set: string) => {
    const { kid } = decode(set).header;
    const [stored] = await auth.db
      .select()
      .from(signingKeys)
      .where(eq(signingKeys.kid, String(kid)));
    if (stored?.purpose !== 'security-event') return false;
    const [input = '', signature = ''] = set.split(/\.(?=[^.]*$)/);
    const key = { key: createPublicKey({ key: stored.publicJwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
    return verify('sha256', Buffer.from(input), key, Buffer.from(signature, 'base64url'));
  };

  test('gets each event as it was signed, again until it takes it, and no redirect is followed', async () => {
    answers.push(500, 307);
    const bearer = await accessToken(auth, 'bob');
    expect((await send(auth, 'POST', '/subjects/bob/sign-out', { token: bearer })).status).toBe(204);
    const items = await untilDelivered(2);
    expect(received.map(({ path }) => path).sort()).toEqual(['/first', '/first', '/second', '/second']);
    for (const path of ['/first', '/second']) {
      const [failed, taken] = received.filter((message) => message.path === path);
      if (!failed || !taken) throw new Error(`${path} was not told twice`);
      expect(taken.body).toBe(failed.body);
      expect(taken.headers['webhook-id']).toBe(failed.headers['webhook-id']);
      expect(await isSignedByEventKey(taken.body)).toBe(true);
      const { 'content-type': mediaType, 'webhook-id': id, 'webhook-timestamp': at } = taken.headers;
      expect(mediaType).toBe('application/secevent+jwt');
      expect(Math.abs(Date.now() / 1000 - Number(at))).toBeLessThan(60);
      const secrets = path === '/first' ? [current, next] : [next];
      const signatures = secrets.map((secret) => hmac(secret, `${id}.${at}.${taken.body}`)).join(' ');
      expect(taken.headers['webhook-signature']).toBe(signatures);
      expect(JSON.stringify([failed, taken])).not.toContain(bearer);
      expect(taken.headers.authorization).toBeUndefined();
    }
    const failures = items.map(({ lastFailure }) => lastFailure).sort();
    expect(failures).toEqual(['the receiver answered 307', 'the receiver answered 500']);
    expect(items[0]).toEqual({
      id: expect.any(String),
      url: `${url}/second`,
      event: {
        seq: 1,
        type: 'https://schemas.openid.net/secevent/caep/event-type/session-revoked',
        subject: { format: 'iss_sub', iss: decode(bearer).claims.iss, sub: 'bob' },
      },
      status: 'delivered',
      attempts: 2,
      lastFailure: expect.any(String),
      createdAt: expect.any(String),
      nextAttemptAt: null,
      deliveredAt: expect.any(String),
    });
  }, 60_000);

  test('is told of permissions that are withdrawn and granted, also by a process that starts later', async () => {
    received.length = 0;
    const before = (await deliveries()).items.length;
    const token = await accessToken(auth, 'admin', 'grants.write');
    const change = { token, body: { scopes: ['order.write'] }, headers: { 'If-Match': '*' } };
    expect((await send(auth, 'PUT', '/subjects/bob/scopes', change)).status).toBe(200);
    await auth.close();
    auth = await start();
    const items = await untilDelivered(before + 4);
    const types = items.slice(0, 4).map(({ event }) => (event as { type: string }).type.split(/[/:]/).at(-1));
    expect(types.sort()).toEqual(['scopes-granted', 'scopes-granted', 'token-claims-change', 'token-claims-change']);
    const told = received.map(({ path, body }) => `${path} ${decode(body).claims.seq}`);
    expect([...new Set(told)].sort()).toEqual(['/first 2', '/first 3', '/second 2', '/second 3']);
  }, 60_000);

  test('leaves its deliveries listed page by page, for auditors', async () => {
    const { items, nextCursor } = await deliveries('?limit=4');
    expect([items.length, typeof nextCursor]).toEqual([4, 'string']);
    expect(await deliveries(`?limit=4&cursor=${nextCursor}`)).toMatchObject({ items: [{}, {}], nextCursor: null });
    const refused = await send(auth, 'GET', '/webhook-deliveries', { token: await accessToken(auth, 'bob') });
    expect([refused.status, refused.body?.scope]).toEqual([403, 'audit.read']);
  });
});
