import { setTimeout as delay } from 'node:timers/promises';
import { type INestApplication } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createTestEventFeed,
  createTestIssuer,
  type TestClaims,
  type TestEventFeed,
  type TestIssuer,
} from '../../testing/index.js';
import type { IssuerEvents, StreamMessage } from '../../verify/index.js';
import { type adapters, exchange, startGuarded } from '../guarded-service.fixture.js';
import type { ServiceAuthOptions } from '../service-auth.options.js';
import { RevocationFeeds } from './revocation-feeds.js';

const audience = 'order.service';
const client = { id: 'order', secret: 'the secret of a client', audience: 'auth.service' };
const soon = { timeout: 8000, interval: 20 };

describe('a guarded service', () => {
  let issuer: TestIssuer;
  let feed: TestEventFeed;
  let app: INestApplication;
  let url: string;
  let lines: string[];

  beforeEach(async () => {
    issuer = await createTestIssuer({ clients: [client] });
    feed = await createTestEventFeed(issuer.url);
    lines = [];
  });

  afterEach(async () => {
    await app?.close();
    await feed.close();
    await issuer.close();
  });

  const clientCredentials = () => ({ tokenUrl: issuer.tokenUrl, clientId: client.id, clientSecret: client.secret });
  const follow = (options: Partial<ServiceAuthOptions> = {}) =>
    start({
      issuers: [{ issuer: issuer.url, audience, eventsUrl: feed.url }],
      clientCredentials: clientCredentials(),
      ...options,
    });
  async function start(options: ServiceAuthOptions, adapter: keyof typeof adapters = 'Fastify') {
    const logger = { log: (line: string) => lines.push(line), warn: (line: string) => lines.push(line), error() {} };
    ({ app, url } = await startGuarded(adapter, options, undefined, { logger }));
    return app.get(RevocationFeeds);
  }
  const mint = (claims: TestClaims = {}) =>
    issuer.token({ audience, scopes: ['order.write', 'payment.create'], ...claims });
  const ask = async (path: string, token = mint(), method = 'POST') =>
    (
      await exchange(url + path, ['authorization', `Bearer ${token}`, 'content-type', 'application/json'], {
        method,
        body: '{}',
      })
    ).status;
  const told = (text: string) => vi.waitFor(() => expect(lines).toContainEqual(expect.stringContaining(text)), soon);

  test('is ready once the first snapshot is there, and tells how fresh its news is and how much is live', async () => {
    feed.fail('no snapshot');
    const feeds = await follow();
    await vi.waitFor(() => expect(feed.asked).toHaveLength(1), soon);
    expect({ obtained: feeds.obtained(), stale: feeds.stalenessSeconds(issuer.url) }).toEqual({
      obtained: false,
      stale: Number.POSITIVE_INFINITY,
    });
    expect(await ask('/orders/refunds')).toBe(503);
    expect(await ask('/orders')).toBe(201);
    feed.revokeSessions('a', 'b');
    feed.fail(undefined);
    feed.cut();
    await vi.waitFor(() => expect(feeds.stalenessSeconds(issuer.url)).toBeLessThan(1), soon);
    expect(feeds.obtained()).toBe(true);
    expect(feeds.readings()).toEqual([
      { issuer: issuer.url, stalenessSeconds: expect.any(Number), live: { token: 0, session: 2, scopes: 0, key: 0 } },
    ]);
    expect(await ask('/orders/refunds')).toBe(201);
  });

  test('tells once that a feed is lost and its news old, and that it is back', async () => {
    await follow({ maxRevocationStalenessSeconds: 1 });
    await told(`security events of ${issuer.url} are followed`);
    feed.fail('away');
    await told(`security events of ${issuer.url} are older than 1 s`);
    expect(await ask('/orders/refunds')).toBe(503);
    await delay(1500);
    feed.fail(undefined);
    await told(`security events of ${issuer.url} are fresh again`);
    expect(await ask('/orders/refunds')).toBe(201);
    const count = (text: string) => lines.filter((line) => String(line).includes(text)).length;
    expect(['are followed', 'are older', 'are fresh', 'answered_503'].map(count)).toEqual([2, 1, 1, 1]);
  });

  test('asks for a token with the scope of the feed, and for another where that is refused', async () => {
    const revoked = await createTestEventFeed(issuer.url);
    revoked.fail('forbidden');
    await follow({ issuers: [{ issuer: issuer.url, audience, eventsUrl: revoked.url }] });
    await vi.waitFor(() => expect(issuer.tokenRequests).toBeGreaterThan(1), soon);
    revoked.fail(undefined);
    await told('are followed');
    expect(revoked.readers.at(-1)).toMatchObject({ scope: 'events.read', aud: ['auth.service'] });
    await revoked.close();
  });

  test('never demands fresh news of an issuer without a feed, and says at boot what that means', async () => {
    await start({ issuers: [{ issuer: issuer.url, audience }] });
    expect(lines).toContainEqual(
      `nobody tells what ${issuer.url} takes back: each of its tokens is good until it expires. Give its eventsUrl where it has a feed of security events.`,
    );
    expect(await ask('/orders/refunds')).toBe(201);
    expect(app.get(RevocationFeeds).stalenessSeconds(issuer.url)).toBeUndefined();
    expect(app.get(RevocationFeeds).obtained()).toBe(true);
  });

  test('holds the tokens of one issuer against its own feed alone', async () => {
    const other = await createTestIssuer();
    const feeds = await follow({
      issuers: [
        { issuer: issuer.url, audience, eventsUrl: feed.url },
        { issuer: other.url, audience },
      ],
    });
    await vi.waitFor(() => expect(feeds.obtained()).toBe(true), soon);
    const claims = { audience, scopes: ['order.write', 'payment.create'], claims: { jti: 'same', sid: 'same' } };
    const [own, foreign] = [issuer.token(claims), other.token(claims)];
    feed.revokeToken('same');
    feed.revokeSessions('same');
    await vi.waitFor(async () => expect(await ask('/orders', own)).toBe(401), soon);
    expect(await ask('/orders', foreign)).toBe(201);
    feed.fail('away');
    expect(await ask('/orders/refunds', foreign)).toBe(201);
    await other.close();
  });

  test('takes the events of the issuer itself without HTTP', async () => {
    const read = await fetch(`${feed.url}/jwks.json`);
    const keys: unknown = await read.json();
    const messages: StreamMessage[] = [];
    const wake: (() => void)[] = [];
    const tell = (message: StreamMessage) => {
      messages.push(message);
      for (const each of wake.splice(0)) each();
    };
    const events: IssuerEvents = {
      jwks: async () => keys,
      async *open(signal) {
        for (let next = 0; !signal.aborted; next += 1) {
          while (messages.length <= next) await new Promise<void>((resolve) => wake.push(resolve));
          yield messages[next] as StreamMessage;
        }
      },
    };
    const feeds = await start({ issuers: [{ issuer: issuer.url, audience, events }] }, 'Express');
    expect(await ask('/orders/refunds')).toBe(503);
    for (const message of feed.snapshot()) tell(message);
    tell(feed.forge('heartbeat', {}));
    await vi.waitFor(() => expect(feeds.obtained()).toBe(true), soon);
    const token = mint({ claims: { jti: 'taken' } });
    expect(await ask('/orders/refunds', token)).toBe(201);
    tell(feed.revokeToken('taken'));
    await vi.waitFor(async () => expect(await ask('/orders', token)).toBe(401), soon);
    expect(feed.asked).toEqual([]);
  });

  test.each<[string, (other: string) => Partial<ServiceAuthOptions>, string]>([
    ['an eventsUrl without credentials', () => ({ clientCredentials: undefined }), 'Configure `clientCredentials`'],
    [
      'two feeds of different origins',
      (other) => ({
        issuers: [
          { issuer: issuer.url, audience, eventsUrl: feed.url },
          { issuer: 'https://other.example', audience, eventsUrl: other },
        ],
      }),
      'different origins',
    ],
    [
      'plain http',
      () => ({ issuers: [{ issuer: issuer.url, audience, eventsUrl: 'http://a.example/e' }] }),
      'eventsUrl must be https',
    ],
    [
      'a query',
      () => ({ issuers: [{ issuer: issuer.url, audience, eventsUrl: `${feed.url}?a` }] }),
      'neither query nor fragment',
    ],
    [
      'both ways at once',
      () => ({ issuers: [{ issuer: issuer.url, audience, eventsUrl: feed.url, events: {} as never }] }),
      'both eventsUrl and events',
    ],
    ['a bound of nothing', () => ({ maxRevocationStalenessSeconds: 0 }), 'must be from 1 to 300'],
    ['a bound of an hour', () => ({ maxRevocationStalenessSeconds: 3600 }), 'must be from 1 to 300'],
    ['a bound that is a text', () => ({ maxRevocationStalenessSeconds: '5' as never }), 'must be a number of seconds'],
  ])('does not boot with %s', async (_, options, remedy) => {
    await expect((async () => follow(options('https://feed.example/events')))()).rejects.toThrow(remedy);
  });
});
