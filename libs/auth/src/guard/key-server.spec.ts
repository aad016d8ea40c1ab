import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestIssuer, type TestClaims, type TestIssuer } from '../testing/index.js';
import { exchange, startGuarded } from './guarded-service.fixture.js';

const audience = 'order.service';
const coolDownMs = 30_000;

/** The clock of key sets is under the test's control; sockets and timers go on in real time. */
const passCoolDown = () => vi.advanceTimersByTime(coolDownMs);

describe('a guarded service whose issuer', () => {
  let issuer: TestIssuer;
  let app: INestApplication;
  let url: string;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    issuer = await createTestIssuer();
    ({ app, url } = await startGuarded('Fastify', { issuers: [{ issuer: issuer.url, audience }] }));
    expect((await ask()).status).toBe(200);
  });

  afterEach(async () => {
    await app.close();
    await issuer.close();
    vi.useRealTimers();
  });

  const mint = (claims: TestClaims = {}) => issuer.token({ audience, ...claims });
  const ask = (token = mint()) => exchange(`${url}/whoami`, ['authorization', `Bearer ${token}`]);
  const ofUnknownKey = () => mint({ header: { kid: randomUUID() } });
  const times = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));
  const publish = (keys: readonly object[]) =>
    issuer.answerKeySetWith((_, response) => response.end(JSON.stringify({ keys })));
  const recover = () => issuer.answerKeySetWith((_, response) => response.end(JSON.stringify(issuer.keySet)));

  test('rotates its key again and again under load fails no request, old tokens included', async () => {
    const statuses = new Map<number, number>();
    let rotations = 0;
    const client = async () => {
      const first = mint();
      while (rotations < 8)
        for (const token of [first, mint()]) {
          const { status } = await ask(token);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
    };
    const intruder = async () => {
      while (rotations < 8) expect((await ask(ofUnknownKey())).status).toBe(401);
    };
    const rotation = async () => {
      for (; rotations < 8; rotations += 1) {
        passCoolDown();
        issuer.rotate();
        await times(50, () => ask());
      }
    };
    await Promise.all([rotation(), times(10, client), times(3, intruder)]);
    expect([...statuses.keys()]).toEqual([200]);
    expect(issuer.keySetFetches).toBeLessThanOrEqual(1 + rotations);
  });

  test('is asked once in 30 seconds, however many unknown keys are named', async () => {
    const flood = async () => new Set((await times(200, () => ask(ofUnknownKey()))).map(({ status }) => status));
    const before = issuer.keySetFetches;
    expect(await flood()).toEqual(new Set([401]));
    expect(issuer.keySetFetches).toBe(before);
    passCoolDown();
    expect(await flood()).toEqual(new Set([401]));
    expect(issuer.keySetFetches).toBe(before + 1);
  });

  describe.each<[string, RequestListener]>([
    ['is out of order', (_, response) => response.writeHead(500).end()],
    ['drops the connection', (_, response) => response.destroy()],
    ['never answers', () => undefined],
    ['stops in the middle', (_, response) => response.writeHead(200).write('{"keys":[')],
    ['redirects', ({ url: path }, response) => response.writeHead(302, { location: `${path}?moved` }).end()],
    ['sends ten megabytes', (_, response) => response.end(`{"keys":[${' '.repeat(10_000_000)}]}`)],
    ['sends a page', (_, response) => response.end('<html></html>')],
    ['sends an empty set', (_, response) => response.end('{"keys":[]}')],
    ['sends a symmetric key only', (_, response) => response.end('{"keys":[{"kty":"oct","kid":"a","k":"c2VjcmV0"}]}')],
  ])('%s', (_, failure) => {
    test('goes on with the keys that it knows, cannot judge others, and recovers by itself', async () => {
      issuer.answerKeySetWith(failure);
      passCoolDown();
      const undecided = ask(ofUnknownKey());
      expect((await ask()).status).toBe(200);
      const { status, headers, body } = await undecided;
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'verdict_unavailable' });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect((await ask(ofUnknownKey())).status).toBe(503);
      expect((await ask()).status).toBe(200);

      recover();
      issuer.rotate();
      passCoolDown();
      expect((await ask()).status).toBe(200);
      expect((await ask(ofUnknownKey())).status).toBe(401);
    });
  });

  test('withdraws a key: its tokens are refused from the next fetch on, remembered or not', async () => {
    const [remembered, fresh] = [mint(), mint()];
    await ask(remembered);
    issuer.rotate({ withdraw: true });
    passCoolDown();
    expect((await ask()).status).toBe(200);
    expect((await ask(remembered)).status).toBe(401);
    expect((await ask(fresh)).status).toBe(401);
  });

  test('lists two keys under one id: neither is used, the others are', async () => {
    const twice = mint();
    const [listed] = issuer.keySet.keys;
    issuer.rotate();
    const [other] = issuer.keySet.keys;
    publish([{ ...other, kid: (listed as { kid: string }).kid }, listed ?? {}, other ?? {}]);
    passCoolDown();
    expect((await ask()).status).toBe(200);
    expect((await ask(twice)).status).toBe(401);
  });

  test('gives new material to an old key id: from the next fetch on the new counts, and the old no more', async () => {
    const { kid } = issuer.key;
    const old = mint();
    expect((await ask(old)).status).toBe(200);
    issuer.rotate({ withdraw: true });
    publish(issuer.keySet.keys.map((key) => ({ ...key, kid })));
    passCoolDown();
    await ask(ofUnknownKey());
    expect((await ask(mint({ header: { kid } }))).status).toBe(200);
    expect((await ask(old)).status).toBe(401);
  });

  test('is not the one that a token names: nobody else is asked for anything', async () => {
    const visitors: string[] = [];
    const canary = createServer(({ url: path = '' }, response) => {
      visitors.push(path);
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(canary, 'listening');
    const there = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/keys`;
    passCoolDown();
    for (const member of ['jku', 'x5u', 'kid', 'jwks_uri'])
      await ask(mint({ header: { [member]: there }, claims: { jwks_uri: there } }));
    expect((await ask(mint({ claims: { iss: there } }))).status).toBe(401);
    expect(visitors).toEqual([]);
    canary.close();
  });
});
