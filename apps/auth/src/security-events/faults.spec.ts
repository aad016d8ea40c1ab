import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { securityEventLog, securityEvents } from '../schema.js';
import { type RunningAuth, startAuth } from '../testing/auth-service.js';
import { DatabaseProxy } from '../testing/database-proxy.js';
import { type FeedReader, readerToken, readFeed } from '../testing/feed-reader.js';
import type { SecurityChange } from './security-change.js';

const revoked = (jti: string): SecurityChange => ({
  kind: 'token-revoked',
  sub: 'alice',
  jti,
  expiresAt: new Date(Date.now() + 900_000),
});

describe.each(testDatabases())('the feed on $kind', ({ kind, create }) => {
  let database: TestDatabase;
  let auth: RunningAuth | undefined;
  let proxy: DatabaseProxy | undefined;
  let token: string;
  const readers: FeedReader[] = [];
  const sockets: Socket[] = [];

  beforeEach(async () => {
    database = await create();
  });

  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.leave();
    for (const socket of sockets.splice(0)) socket.destroy();
    await auth?.close();
    await proxy?.close();
    await database.drop();
    [auth, proxy] = [undefined, undefined];
  });

  const start = async (url = database.url) => {
    auth = await startAuth({ ...database, ...(url !== undefined && { url }) });
    token = await readerToken(auth, database.folder);
    return auth;
  };
  const open = async (at: RunningAuth) => {
    const reader = await readFeed(at, token);
    readers.push(reader);
    await vi.waitFor(() => expect(reader.of('heartbeat')).not.toEqual([]), { timeout: 10_000 });
    return reader;
  };

  test('sends no heartbeat while the database does not answer, and one when it answers again', async () => {
    const running = await start();
    const reader = await open(running);
    await running.db.transaction(async (tx) => {
      // The embedded database has one connection; on PostgreSQL everybody waits for the lock.
      await tx.execute(sql`lock table ${securityEventLog} in access exclusive mode`);
      await sleep(300); // what was asked before is answered
      const before = reader.messages.length;
      await sleep(2_500);
      expect(reader.messages.slice(before)).toEqual([]);
    });
    const after = reader.messages.length;
    await vi.waitFor(() => expect(reader.messages.length).toBeGreaterThan(after), { timeout: 5_000 });
    const [next] = reader.messages.slice(after);
    expect(next?.event).toBe('heartbeat');
    expect(Date.now() - Number(next?.claims.iat_ms)).toBeLessThan(2_000);
  }, 60_000);

  test.runIf(kind === 'postgres')(
    'refuses readers while the database is away, and serves them once it is back',
    async () => {
      proxy = await DatabaseProxy.before(database.url ?? '');
      const running = await start(proxy.url);
      const reader = await open(running);
      proxy.cut();
      const heard = reader.of('heartbeat').length;
      await sleep(1_000);
      expect(reader.of('heartbeat').length - heard).toBeLessThan(2);
      const refused = await readFeed(running, token);
      expect(refused.status).toBe(503);
      expect(refused.headers.get('Retry-After')).toMatch(/^\d+$/);
      proxy.restore();
      await vi.waitFor(async () => expect((await readFeed(running, token)).status).toBe(200), { timeout: 10_000 });
    },
  );

  test('outlasts every time-out of a request', async () => {
    const running = await start();
    await append(running, 'first');
    const steady = await open(running);
    for (let n = 0; n < 22; n += 1) {
      await sleep(1_000);
      await append(running, `steady-${n}`);
    }
    await vi.waitFor(() => expect(steady.of('set')).toHaveLength(22), { timeout: 5_000 });
  }, 90_000);

  test('does not keep a service from shutting down, be there readers who take nothing', async () => {
    const running = await start();
    await append(running, 'first');
    const reader = await open(running);
    await swell(running);
    const received: string[] = [];
    const stuck = await request(running, (chunk) => received.push(chunk));
    await vi.waitFor(() => expect(received).not.toEqual([]), { timeout: 5_000 });
    stuck.pause();
    const began = performance.now();
    auth = undefined;
    await running.close();
    expect(performance.now() - began).toBeLessThan(4_000);
    await reader.ended;
  }, 60_000);

  /** Asks for the feed on a socket of its own. */
  async function request({ url }: RunningAuth, onData: (chunk: string) => void): Promise<Socket> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).setEncoding('latin1');
    sockets.push(socket);
    socket.on('data', onData).on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(`GET /security-events HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    return socket;
  }

  const append = (at: RunningAuth, jti: string) => at.db.transaction((tx) => at.log.append(tx, revoked(jti)));

  /** Lets the snapshot grow beyond what the system buffers for a connection. */
  async function swell({ db }: RunningAuth): Promise<void> {
    const entries = sql`(select jsonb_agg(jsonb_build_array('t', repeat('x', 500000), 4000000000)) from generate_series(1, 32))`;
    await db.update(securityEvents).set({ entries });
  }
});
