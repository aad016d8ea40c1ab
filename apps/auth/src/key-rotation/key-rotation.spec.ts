import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { signingKeys } from '../schema.js';
import type { PublicJwk } from '../signing-keys/signing-key.js';
import { accessToken, auditTrail, isActive, loggedEvents, type Reply, send } from '../testing/administration.js';
import { decode, isSignedByJwks, type RunningAuth, startAuth } from '../testing/auth-service.js';

const kidOf = (token: string) => decode(token).header.kid;
const whileAgo = (seconds: number) => sql`now() - make_interval(secs => ${seconds})`;

async function published({ url }: RunningAuth): Promise<string[]> {
  const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: PublicJwk[] };
  return keys.map(({ kid }) => kid);
}

describe.each(testDatabases())('POST /keys/rotate on $kind', ({ kind, create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;
  let first: string;
  let events: number;
  let entries: number;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database);
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  /** Each test begins with a single key, which signs. */
  beforeEach(async () => {
    const { body } = await rotate({ withdraw: await signsNow() });
    first = String(body?.kid);
    for (const kid of await published(auth)) if (kid !== first) await rotate({ withdraw: kid });
    [events, entries] = [(await loggedEvents(auth)).length, (await auditTrail(auth)).length];
  });

  const administrator = () => accessToken(auth, 'admin', 'keys.rotate');
  const signsNow = async () => String(kidOf(await accessToken(auth, 'bob')));
  const newEvents = async () => (await loggedEvents(auth)).slice(events);
  const newEntries = async () => (await auditTrail(auth)).slice(entries);

  /** A moment after a withdrawal auth's own guard has got the fresh key. */
  const rotate = (body: unknown = {}, token?: string): Promise<Reply> =>
    vi.waitFor(async () => {
      const reply = await send(auth, 'POST', '/keys/rotate', { token: token ?? (await administrator()), body });
      if (reply.status === 401 || reply.status === 503) throw new Error('the key is not known yet');
      return reply;
    }, 5_000);

  test('publishes a key 60 s before it signs, and again says which', async () => {
    const { status, headers, body } = await rotate();
    expect([status, headers.get('Cache-Control')]).toEqual([200, 'no-store']);
    expect(body).toEqual({ kid: expect.any(String), signsFrom: expect.stringMatching(/^\d{4}-.*Z$/) });
    const ahead = Date.parse(String(body?.signsFrom)) - Date.now();
    expect(ahead).toBeGreaterThan(50_000);
    expect(ahead).toBeLessThanOrEqual(60_000);
    expect(await published(auth)).toEqual([first, body?.kid]);
    expect(await signsNow()).toBe(first);
    expect((await rotate()).body).toEqual(body);
    expect(await newEntries()).toMatchObject([
      {
        action: 'key-rotated',
        actorSubject: 'admin',
        subject: body?.kid,
        before: { kids: [first] },
        after: { kid: body?.kid, signsFrom: body?.signsFrom },
      },
    ]);
    expect(await newEvents()).toEqual([]);
  });

  test('retires the old key when the new one signs, and removes it once all that it signed has expired', async () => {
    const { body } = await rotate();
    const old = await accessToken(auth, 'alice');
    await auth.db
      .update(signingKeys)
      .set({ signsFrom: whileAgo(1) })
      .where(eq(signingKeys.kid, String(body?.kid)));
    await auth.db
      .update(signingKeys)
      .set({ signsFrom: whileAgo(2_000), retiredAt: whileAgo(950) })
      .where(eq(signingKeys.kid, first));
    await vi.waitFor(async () => expect(await signsNow()).toBe(body?.kid), 2_000);
    await restart();
    expect(await published(auth)).toEqual([first, body?.kid]);
    expect([kidOf(old), await isSignedByJwks(old, auth)]).toEqual([first, true]);
    await auth.db
      .update(signingKeys)
      .set({ retiredAt: whileAgo(961) })
      .where(eq(signingKeys.kid, first));
    await restart();
    await vi.waitFor(async () => expect(await published(auth)).toEqual([body?.kid]), 2_000);
  });

  test('withdraws a key at once: a fresh one is published and signs, and the guards are told', async () => {
    const [victim, token] = [await accessToken(auth, 'alice'), await administrator()];
    const { status, body } = await rotate({ withdraw: first }, token);
    expect(status).toBe(200);
    expect(body).toEqual({ kid: expect.any(String), signsFrom: expect.any(String), withdrawn: first });
    expect(await published(auth)).toEqual([body?.kid]);
    expect(await signsNow()).toBe(body?.kid);
    expect(await isActive(auth, victim)).toBe(false);
    expect(await newEvents()).toMatchObject([{ type: 'key-withdrawn', event: { kid: first } }]);
    expect(await newEntries()).toMatchObject([
      { action: 'key-withdrawn', actorSubject: 'admin', subject: first, after: { kid: body?.kid } },
    ]);
  });

  test('has something that signs, whichever key is withdrawn', async () => {
    const { body: next } = await rotate();
    const { body: fresh } = await rotate({ withdraw: next?.kid });
    expect(await published(auth)).toEqual([first, fresh?.kid]);
    expect(await signsNow()).toBe(fresh?.kid);
    await auth.db
      .update(signingKeys)
      .set({ retiredAt: whileAgo(1) })
      .where(eq(signingKeys.kid, first));
    const { body: same } = await rotate({ withdraw: first });
    expect(same?.kid).toBe(fresh?.kid);
    expect(await published(auth)).toEqual([fresh?.kid]);
  });

  test('knows what it cannot withdraw', async () => {
    const [event] = await auth.db.select().from(signingKeys).where(eq(signingKeys.purpose, 'security-event'));
    for (const withdraw of ['unknown', event?.kid]) {
      expect(await rotate({ withdraw })).toMatchObject({ status: 404, body: { code: 'key_not_found' } });
    }
    await rotate({ withdraw: first });
    expect(await rotate({ withdraw: first })).toMatchObject({ status: 409, body: { code: 'key_withdrawn' } });
    expect(await newEvents()).toHaveLength(1);
  });

  test.each([{ withdraw: '' }, { withdraw: 7 }, { withdraw: 'k'.repeat(129) }, { retire: 'k' }])(
    'refuses %j',
    async (body) => {
      expect(await rotate(body)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    },
  );

  test('is for who may', async () => {
    expect((await send(auth, 'POST', '/keys/rotate', { body: {} })).status).toBe(401);
    const { status, headers } = await rotate({}, await accessToken(auth, 'admin', 'grants.read'));
    expect(status).toBe(403);
    expect(headers.get('WWW-Authenticate')).toContain('scope="keys.rotate"');
    expect(await published(auth)).toEqual([first]);
  });

  test('of several at once publishes one key', async () => {
    const token = await administrator();
    const answers = await Promise.all(Array.from({ length: 8 }, () => rotate({}, token)));
    expect(new Set(answers.map(({ body }) => body?.kid)).size).toBe(1);
    expect(await published(auth)).toHaveLength(2);
  });

  test('does nothing on its own before a key has signed for 30 days, and then once, for either purpose', async () => {
    const aged = (days: number) => auth.db.update(signingKeys).set({ signsFrom: whileAgo(days * 86_400) });
    await aged(29);
    await restart();
    await sleepAndExpect(1);
    await aged(31);
    await restart({ KEY_ROTATION_DAYS: '0' });
    await sleepAndExpect(1);
    await restart();
    await vi.waitFor(async () => expect(await published(auth)).toHaveLength(2), 5_000);
    await restart();
    await sleepAndExpect(2);
    const entries = (await newEntries()).map(({ action, actorSubject, after }) => ({
      action,
      actorSubject,
      after,
    }));
    expect(entries).toMatchObject([
      { action: 'key-rotated', actorSubject: null, after: { purpose: 'access-token' } },
      { action: 'key-rotated', actorSubject: null, after: { purpose: 'security-event' } },
    ]);
  }, 60_000);

  test.runIf(kind === 'postgres')('reaches the other replicas', async () => {
    const other = await startAuth(database);
    try {
      const began = performance.now();
      const { body } = await rotate({ withdraw: first });
      expect(await published(other)).toEqual([body?.kid]);
      await vi.waitFor(async () => expect(kidOf(await accessToken(other, 'bob'))).toBe(body?.kid), 2_000);
      expect(performance.now() - began).toBeLessThan(2_000);
    } finally {
      await other.close();
    }
  });

  async function restart(variables: NodeJS.ProcessEnv = {}): Promise<void> {
    await auth.close();
    auth = await startAuth(database, variables);
  }

  /** Long enough for what a start sets off. */
  async function sleepAndExpect(keys: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await published(auth)).toHaveLength(keys);
  }
});
