import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { inArray, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { securityEventLog, securityEvents } from '../schema.js';
import { isSignedByJwks, type RunningAuth, startAuth } from '../testing/auth-service.js';
import { type FeedReader, readerToken, readFeed } from '../testing/feed-reader.js';
import type { SecurityChange } from './security-change.js';
import { prune } from './stored-events.js';

describe.each(testDatabases())('the feed on $kind', ({ kind, create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;
  let token: string;
  let log: string;
  const readers: FeedReader[] = [];

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database, { AUTH_ISSUER: issuer });
    token = await readerToken(auth, database.folder);
    log = (await auth.db.select().from(securityEventLog))[0]?.id ?? '';
  });

  afterEach(() => {
    for (const reader of readers.splice(0)) reader.leave();
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  const issuer = 'http://127.0.0.1:4321';
  const append = (change: SecurityChange, at = auth) => at.db.transaction((tx) => at.log.append(tx, change));
  const end = async () => (await auth.db.select().from(securityEventLog))[0]?.position ?? 0;
  const open = async (lastEventId?: string, at = auth) => {
    const reader = await readFeed(at, token, lastEventId);
    readers.push(reader);
    return reader;
  };
  /** A reader to whom everything up to now has been told. */
  const caughtUp = async (lastEventId?: string, at = auth) => {
    const reader = await open(lastEventId, at);
    await vi.waitFor(() => expect(reader.of('heartbeat')).not.toEqual([]), { timeout: 10_000 });
    return reader;
  };
  const entriesOf = (reader: FeedReader) => reader.of('snapshot').flatMap(({ claims }) => claims.entries as unknown[]);
  const seqsOf = (reader: FeedReader) => reader.of('set').map(({ claims }) => claims.seq);
  const inTheFuture = expect.any(Number);

  test('begins with a snapshot of what is in force, says that this is all, and tells each further event', async () => {
    const sid = randomUUID();
    await append(tokenRevoked('t-1'));
    await append(signedOut(sid));
    await append({ kind: 'scopes-withdrawn', sub: 'alice', sids: [sid], scopes: ['order.write', 'payment.create'] });
    const seq = await append({ kind: 'key-withdrawn', kid: 'k-1' });
    await open(); // whoever reads when the withdrawal becomes known has to come back

    const reader = await caughtUp();
    expect(reader.status).toBe(200);
    expect(reader.headers.get('Content-Type')).toBe('text/event-stream');
    expect(reader.headers.get('Cache-Control')).toBe('no-store');
    expect(reader.headers.get('X-Accel-Buffering')).toBe('no');
    expect(reader.messages.map(({ event }) => event)).toEqual(['snapshot', 'heartbeat']);
    const [snapshot, heartbeat] = reader.messages;
    expect(snapshot?.header).toEqual({ typ: 'waybill-snapshot+jwt', alg: 'ES256', kid: expect.any(String) });
    expect(snapshot?.claims).toEqual({
      iss: issuer,
      iat: expect.any(Number),
      log,
      seq,
      snapshot: expect.any(String),
      page: 0,
      last: true,
      entries: [
        ['t', 't-1', inTheFuture],
        ['s', sid, inTheFuture],
        ['c', sid, ['order.write', 'payment.create'], inTheFuture],
        ['k', 'k-1', inTheFuture],
      ],
    });
    expect(heartbeat?.header).toMatchObject({ typ: 'waybill-heartbeat+jwt' });
    const { iat_ms, ...claims } = heartbeat?.claims ?? {};
    expect(claims).toEqual({ iss: issuer, iat: Math.floor(Number(iat_ms) / 1000), log, seq });
    expect(Math.abs(Date.now() - Number(iat_ms))).toBeLessThan(5_000);

    await append(tokenRevoked('t-2'));
    await vi.waitFor(() => expect(seqsOf(reader)).toEqual([seq + 1]));
    const [set] = reader.of('set');
    expect(set?.id).toBe(`${log}:${seq + 1}`);
    expect(set?.header).toMatchObject({ typ: 'secevent+jwt' });
    await vi.waitFor(() => expect(reader.of('heartbeat').at(-1)?.claims.seq).toBe(seq + 1), { timeout: 5_000 });
  });

  test('is signed throughout, by keys that only its own JWKS shows', async () => {
    const reader = await caughtUp(undefined);
    await append(tokenRevoked('t-3'));
    await vi.waitFor(() => expect(reader.of('set')).toHaveLength(1));
    expect(new Set(reader.messages.map(({ event }) => event)).size).toBe(3);
    for (const { data } of reader.messages) {
      expect(await isSignedByJwks(data, auth, '/security-events/jwks.json')).toBe(true);
      expect(await isSignedByJwks(data, auth)).toBe(false);
    }
  });

  test('goes on after the position that a reader names, without a snapshot', async () => {
    const seq = await append(tokenRevoked('t-4'));
    for (const jti of ['t-5', 't-6', 't-7']) await append(tokenRevoked(jti));
    const reader = await caughtUp(`${log}:${seq}`);
    expect(reader.messages.slice(0, 4).map(({ event, id }) => [event, id])).toEqual([
      ['set', `${log}:${seq + 1}`],
      ['set', `${log}:${seq + 2}`],
      ['set', `${log}:${seq + 3}`],
      ['heartbeat', undefined],
    ]);
    const atTheEnd = await caughtUp(`${log}:${seq + 3}`);
    expect(atTheEnd.messages.map(({ event }) => event)).toEqual(['heartbeat']);
  });

  test.each([
    ['of another log', () => `${randomUUID()}:1`],
    ['beyond the end', () => `${log}:999999`],
    ['that is none', () => 'gibberish'],
    ['that is no whole number', () => `${log}:1.5`],
  ])('gives a snapshot to who names a position %s', async (_, position) => {
    const reader = await caughtUp(position());
    expect(reader.messages[0]).toMatchObject({ event: 'snapshot', claims: { seq: await end() } });
  });

  test('lays a long snapshot out on pages that all state the same position', async () => {
    const sids = Array.from({ length: 2_300 }, () => randomUUID());
    await append(signedOut(...sids));
    const reader = await caughtUp();
    const pages = reader.of('snapshot').map(({ claims }) => claims);
    const seq = await end();
    expect(pages).toMatchObject([
      { page: 0, last: false, seq },
      { page: 1, last: false, seq },
      { page: 2, last: true, seq },
    ]);
    expect(pages.map(({ entries }) => (entries as unknown[]).length).slice(0, 2)).toEqual([1_000, 1_000]);
    const told = new Set(entriesOf(reader).map((entry) => (entry as string[])[1]));
    expect(sids.filter((sid) => !told.has(sid))).toEqual([]);
  });

  test('tells many events again from the database to who has missed more than memory holds', async () => {
    const seq = await append(tokenRevoked('t-8'));
    await auth.db.transaction(async (tx) => {
      await auth.log.append(tx, tokenRevoked('t-9'));
      const further = sql`select seq + n, set, entries, expires_at, created_at from security_events, generate_series(1, 1299) n`;
      await tx.execute(sql`insert into security_events ${further} where seq = ${seq + 1}`);
      await tx.update(securityEventLog).set({ position: seq + 1_300 });
    });
    const reader = await caughtUp(`${log}:${seq}`);
    expect(reader.of('set').map(({ id }) => id)).toEqual(
      Array.from({ length: 1_300 }, (_, n) => `${log}:${seq + 1 + n}`),
    );
    expect(reader.of('snapshot')).toEqual([]);
  });

  test('leaves out of a snapshot what has expired, and forgets it from the oldest on, without a gap', async () => {
    const first = await append(tokenRevoked('early'));
    for (const jti of ['gone', 'alive', 'gone-too', 'last']) await append(tokenRevoked(jti));
    const expired = [first, first + 1, first + 3];
    const all = await auth.db.select().from(securityEvents);
    await auth.db
      .update(securityEvents)
      .set({ expiresAt: new Date(Date.now() - 1_000) })
      .where(
        inArray(
          securityEvents.seq,
          all.map(({ seq }) => seq).filter((seq) => seq < first || expired.includes(seq)),
        ),
      );
    const before = await caughtUp();
    expect(entriesOf(before)).toEqual([
      ['t', 'alive', inTheFuture],
      ['t', 'last', inTheFuture],
    ]);

    await prune(auth.db);
    const kept = await auth.db.select().from(securityEvents).orderBy(securityEvents.seq);
    expect(kept.map(({ seq }) => seq)).toEqual([first + 2, first + 3, first + 4]);
    expect(seqsOf(await caughtUp(`${log}:${first + 1}`))).toEqual([first + 2, first + 3, first + 4]);
    const tooLate = await caughtUp(`${log}:${first}`);
    expect(tooLate.messages[0]).toMatchObject({ event: 'snapshot', claims: { seq: first + 4 } });
    expect(seqsOf(tooLate)).toEqual([]);

    await auth.db.update(securityEvents).set({ expiresAt: new Date(Date.now() - 1_000) });
    await prune(auth.db);
    expect(await auth.db.select().from(securityEvents)).toEqual([]);
    expect((await caughtUp(`${log}:${first + 4}`)).messages.map(({ event }) => event)).toEqual(['heartbeat']);
    expect(entriesOf(await caughtUp(`${log}:${first + 3}`))).toEqual([]);
    expect(await append(tokenRevoked('after-all'))).toBe(first + 5);
  });

  test('tells what is appended at the same time in one order without a gap, whatever is rolled back, on each replica', async () => {
    const replica = kind === 'postgres' ? await startAuth(database, { AUTH_ISSUER: issuer }) : auth;
    try {
      const started = await end();
      const watching = [await caughtUp(undefined, auth), await caughtUp(undefined, replica)];
      const appenders = Array.from({ length: 8 }, (_, n) => appendRepeatedly(n % 2 === 0 ? auth : replica, n));
      const committed = (await Promise.all(appenders)).flat().sort((a, b) => a - b);

      expect(committed).toEqual(Array.from({ length: 160 }, (_, n) => started + 1 + n));
      for (const reader of watching) {
        await vi.waitFor(() => expect(reader.of('heartbeat').at(-1)?.claims.seq).toBe(started + 160), {
          timeout: 10_000,
        });
        expect(seqsOf(reader)).toEqual(committed);
        expectTold(reader, started);
      }
      expect(
        new Set(
          watching.map((reader) =>
            reader
              .of('set')
              .map(({ data }) => data)
              .join(),
          ),
        ).size,
      ).toBe(1);
    } finally {
      if (replica !== auth) await replica.close();
    }
  });

  /** Appends for some heartbeats, in transactions that take their time; every third one is rolled back. */
  async function appendRepeatedly(at: RunningAuth, appender: number): Promise<number[]> {
    const committed: number[] = [];
    for (let n = 0; n < 30; n += 1) {
      const attempt = at.db.transaction(async (tx) => {
        const seq = await at.log.append(tx, tokenRevoked(`concurrent-${appender}-${n}`));
        await sleep((appender * n) % 7);
        if (n % 3 === 0) throw new RolledBack();
        committed.push(seq);
      });
      await attempt.catch((error: unknown) => expect(error).toBeInstanceOf(RolledBack));
      await sleep(100);
    }
    return committed;
  }

  /** Each heartbeat comes after exactly those events that it speaks of. */
  function expectTold(reader: FeedReader, started: number): void {
    let told = started;
    for (const { event, claims } of reader.messages) {
      if (event === 'set') told = Number(claims.seq);
      if (event === 'heartbeat') expect(claims.seq).toBe(told);
    }
  }

  test.runIf(kind === 'postgres')('tells of an event at another replica, without being told of it', async () => {
    const replica = await startAuth(database, { AUTH_ISSUER: issuer });
    try {
      const [near, far] = [await caughtUp(undefined, auth), await caughtUp(undefined, replica)];
      const seq = await append(tokenRevoked('soon'), auth);
      for (const reader of [near, far])
        await vi.waitFor(() => expect(seqsOf(reader)).toContain(seq), { interval: 10, timeout: 5_000 });
    } finally {
      await replica.close();
    }
  });
});

function tokenRevoked(jti: string): SecurityChange {
  return { kind: 'token-revoked', jti, sub: 'alice', expiresAt: new Date(Date.now() + 900_000) };
}

function signedOut(...sids: string[]): SecurityChange {
  return { kind: 'session-revoked', sub: 'alice', sids, reason: 'sign-out' };
}

class RolledBack extends Error {}
