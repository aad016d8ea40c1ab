import { generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createTestEventFeed,
  type FeedMessage,
  type TestEventFeed,
  type TestEventFeedOptions,
  type TestKey,
} from '../testing/index.js';
import { fetchJson, RemoteKeySet, type SignatureCheck } from '../verify/index.js';
import { httpEventSource } from './event-source.js';
import { type FeedNews, Follower } from './follower.js';
import { LiveRevocations } from './live-revocations.js';

const issuer = 'https://auth.example';
const signatureHolds: SignatureCheck = async (token, { key }) => {
  const [header, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  return verify('sha256', Buffer.from(`${header}.${payload}`), { key, dsaEncoding: 'ieee-p1363' }, bytes);
};
/** As it looks; nobody checks it here. */
const readerToken = `h.${Buffer.from('{}').toString('base64url')}.s`;
const none = new Set<string>();
const soon = { timeout: 8000, interval: 20 };

describe('a follower over HTTP', () => {
  let feed: TestEventFeed;
  let live: LiveRevocations;
  let follower: Follower;
  let news: FeedNews[];
  let withdrawn: string[];
  const others: Follower[] = [];

  const follow = (address = new URL(feed.url), clockToleranceSeconds = 10) => {
    const keys = new RemoteKeySet({
      fetch: () => fetchJson(new URL(`${feed.url}/jwks.json`), AbortSignal.timeout(1000)),
    });
    const started = new Follower({
      trust: { issuer, keys, signatureHolds },
      source: httpEventSource(address, { accessToken: async () => readerToken, refused: () => undefined }),
      live,
      withdrawKey: (kid) => withdrawn.push(kid),
      clockToleranceSeconds,
      report: (told) => news.push(told),
    });
    started.start();
    others.push(started);
    return started;
  };
  const restartFeed = async (options: TestEventFeedOptions) => {
    await feed.close();
    feed = await createTestEventFeed(issuer, options);
  };
  const isFollowed = () => vi.waitFor(() => expect(news.at(-1)).toEqual({ kind: 'followed' }), soon);
  const isRevoked = (tokenId: string) => live.takenBack({ tokenId, scopes: none }) === 'token.revoked';
  const whenRevoked = (tokenId: string) => vi.waitFor(() => expect(isRevoked(tokenId)).toBe(true), soon);
  const reasons = () => news.map((told) => (told.kind === 'lost' ? told.reason : told.kind));
  const whenLost = (reason: string) => vi.waitFor(() => expect(reasons()).toContain(reason), soon);

  beforeEach(async () => {
    feed = await createTestEventFeed(issuer);
    live = new LiveRevocations();
    news = [];
    withdrawn = [];
  });

  afterEach(async () => {
    await Promise.all(others.splice(0).map((each) => each.stop()));
    await feed.close();
  });

  test('has no news before the first snapshot, and then what the snapshot lists', async () => {
    feed.revokeToken('before');
    feed.fail('no snapshot');
    follower = follow();
    expect(follower.stalenessSeconds()).toBe(Number.POSITIVE_INFINITY);
    await vi.waitFor(() => expect(feed.asked.length).toBe(1), soon);
    expect({ obtained: follower.obtained, revoked: isRevoked('before') }).toEqual({ obtained: false, revoked: false });
    feed.fail(undefined);
    feed.cut();
    await isFollowed();
    expect({ obtained: follower.obtained, revoked: isRevoked('before') }).toEqual({ obtained: true, revoked: true });
  });

  test('applies each kind of event as it comes, and passes over a kind that it does not know', async () => {
    follower = follow();
    await isFollowed();
    feed.append('https://schemas.openid.net/secevent/caep/event-type/device-compliance-change', { anything: 1 });
    feed.revokeToken('t');
    feed.revokeSessions('s1', 's2');
    feed.withdrawScopes('s3', 'order.write', 'order.read');
    feed.append('https://schemas.openid.net/secevent/caep/event-type/credential-change', { sids: ['s4'] });
    feed.withdrawKey('k');
    await vi.waitFor(() => expect(withdrawn).toEqual(['k']), soon);
    expect(live.counts()).toEqual({ token: 1, session: 3, scopes: 2, key: 1 });
    expect(live.takenBack({ sessionId: 's4', scopes: none })).toBe('session.revoked');
    expect(live.takenBack({ sessionId: 's3', scopes: new Set(['x', 'order.read']) })).toBe('scope.withdrawn');
    expect(live.takenBack({ sessionId: 's3', scopes: new Set(['x']) })).toBeUndefined();
    expect(reasons()).toEqual(['followed']);
  });

  test('applies a snapshot of many pages, and counts it only when it is whole', async () => {
    await restartFeed({ pageSize: 3 });
    for (let n = 0; n < 10; n += 1) feed.revokeToken(`t${n}`);
    feed.fail('truncated snapshot');
    follower = follow();
    await whenRevoked('t0');
    expect({ obtained: follower.obtained, last: isRevoked('t9') }).toEqual({ obtained: false, last: false });
    expect(follower.stalenessSeconds()).toBe(Number.POSITIVE_INFINITY);
    feed.fail(undefined);
    feed.cut();
    await isFollowed();
    expect(live.counts().token).toBe(10);
  });

  test.each<
    [string, (pages: FeedMessage[], later: FeedMessage[], again: FeedMessage[]) => (FeedMessage | undefined)[]]
  >([
    ['a page is missing', ([first, , third]) => [first, third]],
    ['the first page is missing', ([, second, third]) => [second, third]],
    ['a page comes twice', ([first, second, third]) => [first, second, second, third]],
    ['the pages are of two states', ([first], [, second, third]) => [first, second, third]],
    ['the pages are of two at one position', ([first], _, [, second, third]) => [first, second, third]],
  ])('takes a snapshot for none of which %s', async (_, order) => {
    await restartFeed({ pageSize: 1 });
    for (const jti of ['a', 'b', 'c']) feed.revokeToken(jti);
    const pages = feed.snapshot();
    const again = feed.snapshot();
    feed.append('urn:example:unknown', {});
    const later = feed.snapshot();
    feed.fail('no snapshot');
    follower = follow();
    await vi.waitFor(() => expect(feed.asked).toHaveLength(1), soon);
    for (const page of order(pages, later, again)) if (page) feed.send(page);
    await vi.waitFor(() => expect(reasons().join()).toContain('snapshot.'), soon);
    expect(follower.obtained).toBe(false);
    feed.fail(undefined);
    feed.cut();
    await isFollowed();
  });

  test('takes a heartbeat that was a moment under way, where tokens are given no tolerance', async () => {
    await restartFeed({ heartbeatMs: 60_000 });
    follower = follow(new URL(feed.url), 0);
    await vi.waitFor(() => expect(follower.obtained).toBe(true), soon);
    feed.send(feed.forge('heartbeat', { claims: { iat_ms: Date.now() - 2000 } }));
    await isFollowed();
  });

  test('goes on after its position when the stream was cut, without a snapshot and without a line', async () => {
    follower = follow();
    await isFollowed();
    feed.revokeToken('a');
    await whenRevoked('a');
    feed.cut();
    feed.revokeToken('b');
    await whenRevoked('b');
    expect(feed.asked).toEqual([undefined, expect.stringMatching(/^[\w-]+:1$/)]);
  });

  test('keeps what it learnt, and grows stale, while the feed is away; and finds back by itself', async () => {
    follower = follow();
    feed.revokeToken('a');
    await whenRevoked('a');
    await isFollowed();
    feed.fail('away');
    await vi.waitFor(() => expect(follower.stalenessSeconds()).toBeGreaterThan(1.2), soon);
    expect(isRevoked('a')).toBe(true);
    expect(feed.asked.length).toBeLessThan(12);
    expect(reasons()).toContain('stream.answered_503');
    feed.revokeToken('b');
    feed.fail(undefined);
    await isFollowed();
    expect(isRevoked('b')).toBe(true);
    expect(reasons().at(-1)).toBe('followed');
  });

  test('notices a lost event, and gets what it missed', async () => {
    follower = follow();
    await isFollowed();
    feed.fail('losing events');
    feed.revokeToken('lost');
    await whenLost('heartbeat.of_another_position');
    feed.fail(undefined);
    await whenRevoked('lost');
    await isFollowed();
    feed.fail('losing events');
    feed.revokeToken('lost too');
    feed.fail(undefined);
    feed.revokeToken('next');
    await whenRevoked('lost too');
    expect(reasons()).toContain('event.out_of_order');
    expect(feed.asked.at(-1)).toBeUndefined();
  });

  test('gives up a stream that is silent', async () => {
    follower = follow();
    await isFollowed();
    feed.fail('silent');
    await whenLost('stream.silent');
  });

  test('gives up a stream on which only others speak', async () => {
    await restartFeed({ heartbeatMs: 60_000 });
    const chatter = setInterval(() => feed.send({ event: 'chatter', data: 'unsigned' }), 50);
    follower = follow();
    await whenLost('stream.silent');
    clearInterval(chatter);
  });

  test('takes another log only with a snapshot, and forgets nothing of the old one', async () => {
    follower = follow();
    feed.revokeToken('old');
    await whenRevoked('old');
    await isFollowed();
    feed.restore({ log: randomUUID(), seq: 0 });
    await whenLost('heartbeat.of_another_log');
    await isFollowed();
    feed.restore({ seq: 5 });
    await whenLost('heartbeat.of_another_position');
    expect(isRevoked('old')).toBe(true);
  });

  test('learns a new key of the feed at once', async () => {
    follower = follow();
    await isFollowed();
    feed.rotate();
    feed.revokeToken('by the new key');
    await whenRevoked('by the new key');
    expect(reasons()).toEqual(['followed']);
  });

  test('is not deceived by heartbeats that were held back', async () => {
    follower = follow();
    await isFollowed();
    feed.holdBack(2500);
    await vi.waitFor(() => expect(follower.stalenessSeconds()).toBeGreaterThan(2), soon);
    // They come every 0.1 s again now, each 2.5 s old.
    for (let n = 0; n < 15; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(follower.stalenessSeconds()).toBeGreaterThan(1.9);
    }
    feed.holdBack(0);
    await vi.waitFor(() => expect(follower.stalenessSeconds()).toBeLessThan(1), soon);
  });

  test.each([60, -60])('takes a heartbeat for no news that is %s s out of time, and says so', async (seconds) => {
    await restartFeed({ heartbeatMs: 60_000 });
    follower = follow();
    await vi.waitFor(() => expect(follower.obtained).toBe(true), soon);
    feed.send(feed.forge('heartbeat', { claims: { iat_ms: Date.now() - seconds * 1000 } }));
    await vi.waitFor(() => expect(news).toEqual([{ kind: 'clocks-differ', seconds }]), soon);
    expect(follower.stalenessSeconds()).toBe(Number.POSITIVE_INFINITY);
    feed.send(feed.forge('heartbeat', {}));
    await isFollowed();
    expect(follower.stalenessSeconds()).toBeLessThan(1);
  });

  test('takes a repeated heartbeat for no news, on another connection too', async () => {
    await restartFeed({ heartbeatMs: 60_000 });
    follower = follow();
    await vi.waitFor(() => expect(follower.obtained).toBe(true), soon);
    const heartbeat = feed.forge('heartbeat', {});
    feed.send(heartbeat);
    await isFollowed();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    feed.cut();
    await vi.waitFor(() => expect(feed.asked.length).toBe(2), soon);
    for (let n = 0; n < 5; n += 1) {
      feed.send(heartbeat);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(follower.stalenessSeconds()).toBeGreaterThan(1);
  });

  test('sends its token nowhere else', async () => {
    const visits: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      visits.push(request.headers.authorization);
      response.end();
    });
    const redirecting = createServer((_, response) => {
      const { port } = elsewhere.address() as { port: number };
      response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end();
    });
    await Promise.all(
      [elsewhere, redirecting].map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))),
    );
    follow(new URL(`http://127.0.0.1:${(redirecting.address() as { port: number }).port}/security-events`));
    await vi.waitFor(() => expect(reasons().join()).toContain('redirect'), soon);
    expect(visits).toEqual([]);
    for (const server of [elsewhere, redirecting]) server.close();
  });

  describe('is not moved by', () => {
    const foreign = (): TestKey => {
      const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return { kid: randomUUID(), algorithm: 'ES256', key, publicKey };
    };
    const revokes = (jti: string, seq: number) => ({
      seq,
      events: {
        'https://schemas.openid.net/secevent/oauth/event-type/token-revoked': {
          token_identifier_alg: 'jti',
          token: jti,
        },
      },
    });
    type Forge = (claims: Readonly<Record<string, unknown>>) => FeedMessage;
    const own = (): string => {
      const [header = ''] = feed.forge('heartbeat', {}).data.split('.');
      return JSON.parse(Buffer.from(header, 'base64url').toString()).kid;
    };
    const spoilt = ({ data, ...message }: FeedMessage, change: (segments: string[]) => string[]): FeedMessage => ({
      ...message,
      data: change(data.split('.')).join('.'),
    });
    const none64 = Buffer.from('{"alg":"none","typ":"secevent+jwt"}').toString('base64url');

    test.each<[string, Forge, string]>([
      ['a foreign key', (claims) => feed.forge('set', { claims, key: foreign() }), 'key.unknown'],
      [
        "a foreign key under the feed's own id",
        (claims) => feed.forge('set', { claims, key: { ...foreign(), kid: own() } }),
        'signature.mismatch',
      ],
      [
        'no signature',
        (claims) => spoilt(feed.forge('set', { claims }), ([, payload = '']) => [none64, payload, '']),
        'form.not_base64url',
      ],
      [
        '`alg: none` with a signature',
        (claims) => feed.forge('set', { claims, header: { alg: 'none' } }),
        'header.algorithm',
      ],
      [
        'a changed payload',
        (claims) =>
          spoilt(feed.forge('set', { claims }), ([header = '', , signature = '']) => [
            header,
            Buffer.from(JSON.stringify(claims)).toString('base64url'),
            signature,
          ]),
        'signature.mismatch',
      ],
      [
        'a key that the message brings along',
        (claims) => feed.forge('set', { claims, header: { jwk: {} } }),
        'header.jwk',
      ],
      ['an address of keys', (claims) => feed.forge('set', { claims, header: { jku: feed.url } }), 'header.jku'],
      ['an access token', (claims) => feed.forge('set', { claims, header: { typ: 'at+jwt' } }), 'header.typ'],
      [
        'a heartbeat in the place of an event',
        (claims) => ({ ...feed.forge('heartbeat', { claims }), event: 'set' }),
        'header.typ',
      ],
      [
        'another issuer',
        (claims) => feed.forge('set', { claims: { ...claims, iss: 'https://other.example' } }),
        'message.of_another_issuer',
      ],
      [
        'another audience',
        (claims) => feed.forge('set', { claims: { ...claims, aud: 'order.service' } }),
        'message.for_another_audience',
      ],
      [
        'another log',
        (claims) => feed.forge('set', { claims: { ...claims, log: randomUUID() } }),
        'event.of_another_log',
      ],
      [
        'a name of a log that is none',
        (claims) => feed.forge('set', { claims: { ...claims, log: 'a\r\nb' } }),
        'message.without_log',
      ],
      ['a later position', (claims) => feed.forge('set', { claims: { ...claims, seq: 7 } }), 'event.out_of_order'],
      [
        'a position that is no number',
        (claims) => feed.forge('set', { claims: { ...claims, seq: '2' } }),
        'message.without_seq',
      ],
      [
        'an event that it knows, and that is malformed',
        (claims) =>
          feed.forge('set', {
            claims: { ...claims, events: { 'urn:waybill:security-event:key-withdrawn': { kid: 7 } } },
          }),
        'event.malformed',
      ],
      [
        'two events in one',
        (claims) => feed.forge('set', { claims: { ...claims, events: { a: {}, b: {} } } }),
        'event.not_one',
      ],
      [
        'an event without an end',
        (claims) => feed.forge('set', { claims: { ...claims, until: undefined } }),
        'event.without_until',
      ],
      ['a repeated event', () => feed.forge('set', { claims: revokes('forged', 1) }), 'event.out_of_order'],
      ['a message of two megabytes', () => ({ event: 'set', data: 'x'.repeat(2_000_000) }), 'stream.message_too_large'],
    ])('an event with %s: it starts over', async (_, forge, reason) => {
      feed.revokeToken('true');
      follower = follow();
      await whenRevoked('true');
      await isFollowed();
      feed.send(forge(revokes('forged', 2)));
      await whenLost(reason);
      await isFollowed();
      expect({ forged: isRevoked('forged'), true: isRevoked('true') }).toEqual({ forged: false, true: true });
      expect(live.counts()).toEqual({ token: 1, session: 0, scopes: 0, key: 0 });
      feed.revokeToken('later');
      await whenRevoked('later');
    });
  });
});
