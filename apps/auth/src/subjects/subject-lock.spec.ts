import { randomUUID } from 'node:crypto';
import { demoPassword } from '@waybill/contracts';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AuthTransaction } from '../database.js';
import { grantScopes, withdrawScopes } from '../grants/grants.js';
import { refreshTokens, sessions } from '../schema.js';
import { accessToken, loggedEvents, type Reply, send } from '../testing/administration.js';
import { basic, type RunningAuth, signIn, startAuth, token } from '../testing/auth-service.js';
import { lockSubject } from './subjects.js';

/** The embedded database runs one transaction after the other, so that nothing can come between. */
const concurrent = testDatabases().filter(({ kind }) => kind === 'postgres');

describe.each(concurrent)('the lock of a subject on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database);
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  /** Begins a request while a transaction holds the lock, and goes on with that once the request waits for it, or is through. */
  const during = <T>(sub: string, begin: () => Promise<T>, work: (tx: AuthTransaction) => Promise<void>): Promise<T> =>
    auth.db
      .transaction(async (tx) => {
        await lockSubject(tx, sub);
        let through = false;
        const answer = begin().finally(() => {
          through = true;
        });
        await vi.waitFor(async () => expect(through || (await somebodyWaits())).toBe(true), { timeout: 8_000 });
        await work(tx);
        return { answer };
      })
      .then(({ answer }) => answer);

  const somebodyWaits = async () => {
    const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return ((await auth.db.execute(waiting)) as unknown as { rows: unknown[] }).rows.length > 0;
  };

  test('has a sign-in wait for a withdrawal that is under way, and get what is left', async () => {
    const issued = await during(
      'carol',
      () => signIn(auth, 'carol'),
      (tx) => withdrawScopes(tx, 'carol', ['order.write']),
    );
    expect(issued.scope).toBe('order.read');
  });

  test('has a refresh wait for it', async () => {
    const { refresh_token = '' } = await signIn(auth, 'alice');
    const refresh = () => token(auth, { grant_type: 'refresh_token', client_id: 'shop', refresh_token });
    const { body } = await during('alice', refresh, (tx) =>
      withdrawScopes(tx, 'alice', ['order.write', 'payment.create']),
    );
    expect(body.scope).toBe('order.read payment.read');
  });

  test('has a client that gets a token of its own wait for it', async () => {
    const ask = () => token(auth, { grant_type: 'client_credentials' }, basic('demo-service', demoPassword));
    const { body } = await during('demo-service', ask, (tx) => withdrawScopes(tx, 'demo-service', ['payment.read']));
    expect(body.scope).toBe('order.read');
  });

  test('has a sign-out wait for a sign-in that is under way, and name its session', async () => {
    const bearer = await accessToken(auth, 'admin');
    const [sid, day] = [randomUUID(), sql`now() + interval '1 day'`];
    const signOut = () => send(auth, 'POST', '/subjects/bob/sign-out', { token: bearer });
    const { status } = await during('bob', signOut, async (tx) => {
      await tx.insert(sessions).values({ sid, sub: 'bob', clientId: 'shop', scopes: ['order.read'], expiresAt: day });
      await tx.insert(refreshTokens).values({ hash: randomUUID(), sid });
    });
    expect(status).toBe(204);
    expect((await loggedEvents(auth)).at(-1)?.event).toMatchObject({ sids: [sid] });
  });

  test('has a change of scopes wait for another one, and notice it', async () => {
    const bearer = await accessToken(auth, 'admin');
    const { headers } = await send(auth, 'GET', '/subjects/dora/scopes', { token: bearer });
    const sent = { token: bearer, body: { scopes: [] }, headers: { 'If-Match': headers.get('ETag') ?? '' } };
    const put = (): Promise<Reply> => send(auth, 'PUT', '/subjects/dora/scopes', sent);
    const { status } = await during('dora', put, (tx) => grantScopes(tx, 'dora', ['order.write']));
    expect(status).toBe(412);
  });
});
