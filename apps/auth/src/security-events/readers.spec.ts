import { randomUUID } from 'node:crypto';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { clients } from '../schema.js';
import { decode, type RunningAuth, signIn, startAuth } from '../testing/auth-service.js';
import { type FeedReader, readerToken, readFeed } from '../testing/feed-reader.js';
import type { SecurityChange } from './security-change.js';

describe.each(testDatabases())('the feed on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;
  const readers: FeedReader[] = [];

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database, { TOKEN_TTL_SECONDS: '6', MAX_CONCURRENT_REQUESTS: '4' });
  });

  /** A client whose session was taken back goes on in another, as whoever takes it back sees to. */
  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.leave();
    await auth.db.update(clients).set({ sessionId: sql`gen_random_uuid()` });
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  const append = (change: SecurityChange) => auth.db.transaction((tx) => auth.log.append(tx, change));
  const open = async (token: string) => {
    const reader = await readFeed(auth, token);
    readers.push(reader);
    return reader;
  };
  const claimsOf = (token: string) => decode(token).claims as { jti: string; sid: string; exp: number };

  test('is for those alone who hold events.read', async () => {
    const anonymous = await fetch(`${auth.url}/security-events`);
    expect(anonymous.status).toBe(401);
    const { access_token } = await signIn(auth, 'admin');
    const refused = await readFeed(auth, access_token);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('WWW-Authenticate')).toMatch(/error="insufficient_scope".*scope="events\.read"/);
    expect(refused.problem).toMatchObject({ code: 'insufficient_scope' });
    for (const client of ['order', 'payment']) {
      expect((await open(await readerToken(auth, database.folder, client))).status).toBe(200);
    }
  });

  test('shows its keys to everybody, and no private member of them', async () => {
    const response = await fetch(`${auth.url}/security-events/jwks.json`);
    expect(response.headers.get('Cache-Control')).toMatch(/^public, max-age=\d+$/);
    const { keys } = (await response.json()) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']]);
  });

  test('ends for a reader whose token expires, and not before', async () => {
    const token = await readerToken(auth, database.folder);
    const { ended } = await open(token);
    await ended;
    expect(Date.now() / 1000).toBeGreaterThanOrEqual(claimsOf(token).exp - 0.1);
    expect(Date.now() / 1000).toBeLessThan(claimsOf(token).exp + 1);
  });

  test.each<[string, (reader: { jti: string; sid: string }) => SecurityChange]>([
    ['token', ({ jti }) => ({ kind: 'token-revoked', sub: 'order', jti, expiresAt: new Date(Date.now() + 60_000) })],
    ['session', ({ sid }) => ({ kind: 'session-revoked', sub: 'order', sids: [sid], reason: 'sign-out' })],
    ['scope', ({ sid }) => ({ kind: 'scopes-withdrawn', sub: 'order', sids: [sid], scopes: ['events.read'] })],
    ['key', () => ({ kind: 'key-withdrawn', kid: 'whichever' })],
  ])('ends at once for a reader whose %s is taken back', async (_, changeFor) => {
    const token = await readerToken(auth, database.folder);
    const { status, ended } = await open(token);
    expect(status).toBe(200);
    await append(changeFor(claimsOf(token)));
    await ended;
    expect(Date.now() / 1000).toBeLessThan(claimsOf(token).exp);
  });

  test('goes on for a reader to whom none of it happens', async () => {
    const reader = await open(await readerToken(auth, database.folder));
    let over = false;
    void reader.ended.then(() => {
      over = true;
    });
    const { sid } = claimsOf(await readerToken(auth, database.folder, 'payment'));
    await append({ kind: 'scopes-withdrawn', sub: 'order', sids: [sid], scopes: ['payment.settle'] });
    await append({ kind: 'session-revoked', sub: 'alice', sids: [randomUUID()], reason: 'sign-out' });
    await vi.waitFor(() => expect(reader.of('set')).toHaveLength(2));
    expect(over).toBe(false);
  });

  test('takes no place from requests, however many read it', async () => {
    const token = await readerToken(auth, database.folder);
    for (let n = 0; n < 8; n += 1) expect((await open(token)).status).toBe(200);
    expect((await fetch(`${auth.url}/.well-known/jwks.json`)).status).toBe(200);
  });
});

test('the feed serves 200 readers, tells the next one to come back, and has room again once one has left', async () => {
  const database = await testDatabases().at(-1)?.create();
  if (!database) throw new Error('there is no database');
  const auth = await startAuth(database);
  const token = await readerToken(auth, database.folder);
  const readers = await Promise.all(Array.from({ length: 200 }, () => readFeed(auth, token)));
  expect(new Set(readers.map(({ status }) => status))).toEqual(new Set([200]));
  const surplus = await readFeed(auth, token);
  expect(surplus.status).toBe(503);
  expect(surplus.headers.get('Retry-After')).toBe('1');
  expect(surplus.problem).toMatchObject({ code: 'overloaded' });
  readers.pop()?.leave();
  await vi.waitFor(async () => expect((await readFeed(auth, token)).status).toBe(200), { timeout: 5_000 });
  await auth.close();
  await database.drop();
}, 60_000);
