import { createHash } from 'node:crypto';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grants, refreshTokens, sessions } from '../schema.js';
import { Sessions } from '../sessions/sessions.js';
import {
  type Answer,
  basic,
  decode,
  login,
  type RunningAuth,
  signIn,
  startAuth,
  token,
} from '../testing/auth-service.js';

describe.each(testDatabases())('grant_type=refresh_token on $kind', ({ create }) => {
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

  const refresh = (refreshToken = '', more: Record<string, string> = {}, at = auth): Promise<Answer> =>
    token(at, { grant_type: 'refresh_token', client_id: 'shop', refresh_token: refreshToken, ...more });

  const expectInvalidGrant = ({ status, body }: Answer) => {
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'invalid_grant' });
  };

  const expectOneWinner = (answers: Answer[]): Answer => {
    const [winner, ...others] = answers.filter(({ status }) => status === 200);
    expect(others).toEqual([]);
    for (const loser of answers.filter((answer) => answer !== winner)) expectInvalidGrant(loser);
    if (!winner) throw new Error('nobody won');
    return winner;
  };

  test('answers a new token of the same session, and the next refresh token', async () => {
    const first = await signIn(auth, 'alice');
    const { status, headers, body } = await refresh(first.refresh_token);
    expect(status).toBe(200);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('Pragma')).toBe('no-cache');
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope: first.scope });
    const [before, after] = [first, body].map(({ access_token }) => decode(access_token).claims);
    expect(after).toMatchObject({ sub: 'alice', client_id: 'shop', sid: before?.sid, aud: before?.aud });
    expect(after?.jti).not.toBe(before?.jti);
    expect((await refresh(body.refresh_token)).status).toBe(200);
  });

  test('kills the family when a refresh token is used again', async () => {
    const first = await signIn(auth, 'alice');
    const { body: second } = await refresh(first.refresh_token);
    expectInvalidGrant(await refresh(first.refresh_token));
    expectInvalidGrant(await refresh(second.refresh_token));
  });

  test.each([1, 2, 3])('lets one of 32 parallel refreshes win, and the family lives (%i)', async () => {
    const { refresh_token } = await signIn(auth, 'alice');
    const answers = await Promise.all(Array.from({ length: 32 }, () => refresh(refresh_token)));
    const next = await refresh(expectOneWinner(answers).body.refresh_token);
    expect(next.status).toBe(200);
    expectInvalidGrant(await refresh(refresh_token));
    expectInvalidGrant(await refresh(next.body.refresh_token));
  });

  test("refuses another client's refresh token, and it goes on working for its own", async () => {
    const { refresh_token = '' } = await signIn(auth, 'alice');
    const form = { grant_type: 'refresh_token', refresh_token };
    expectInvalidGrant(await token(auth, form, basic('demo-service', 'waybill-demo')));
    expect((await refresh(refresh_token)).status).toBe(200);
  });

  test('does not end the session of a used token for another client', async () => {
    const first = await signIn(auth, 'alice');
    const { body: second } = await refresh(first.refresh_token);
    const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' };
    expectInvalidGrant(await token(auth, form, basic('demo-service', 'waybill-demo')));
    expect((await refresh(second.refresh_token)).status).toBe(200);
  });

  test('refuses what is no refresh token', async () => {
    expectInvalidGrant(await refresh('nonsense'));
    expectInvalidGrant(await refresh((await signIn(auth, 'alice')).access_token));
  });

  test('demands a refresh token', async () => {
    const { status, body } = await token(auth, { grant_type: 'refresh_token', client_id: 'shop' });
    expect([status, body.error]).toEqual([400, 'invalid_request']);
  });

  test('narrows one access token, and the next one is whole again', async () => {
    const first = await signIn(auth, 'alice');
    const { body: narrow } = await refresh(first.refresh_token, { scope: 'order.read' });
    expect(narrow.scope).toBe('order.read');
    expect(decode(narrow.access_token).claims).toMatchObject({
      aud: ['order.service', 'auth.service'],
      scope: 'order.read',
    });
    const { body: whole } = await refresh(narrow.refresh_token);
    expect(whole.scope).toBe(first.scope);
  });

  test('never widens beyond the sign-in, and uses no refresh token up over it', async () => {
    const { body: first } = await login(auth, { username: 'alice', password: 'waybill-demo', scope: 'order.read' });
    const { status, body } = await refresh(first.refresh_token, { scope: 'order.read order.write' });
    expect([status, body.error]).toEqual([400, 'invalid_scope']);
    expect((await refresh(first.refresh_token)).body.scope).toBe('order.read');
  });

  test("follows today's grants", async () => {
    const { refresh_token } = await signIn(auth, 'carol');
    const write = { sub: 'carol', scope: 'order.write' };
    await auth.db.delete(grants).where(and(eq(grants.sub, write.sub), eq(grants.scope, write.scope)));
    await auth.db.insert(grants).values({ sub: 'carol', scope: 'payment.create' });
    const { body: less } = await refresh(refresh_token);
    expect(less.scope).toBe('order.read');
    await auth.db.insert(grants).values(write);
    expect((await refresh(less.refresh_token)).body.scope).toBe('order.read order.write');
  });

  test('ends 30 days after the sign-in, however often it was refreshed', async () => {
    const first = await signIn(auth, 'bob');
    const { body: second } = await refresh(first.refresh_token);
    const sid = decode(first.access_token).claims.sid as string;
    const [session] = await auth.db.select().from(sessions).where(eq(sessions.sid, sid));
    expect(Number(session?.expiresAt) - Number(session?.createdAt)).toBe(30 * 24 * 60 * 60 * 1000);
    await auth.db.update(sessions).set({ expiresAt: sql`now()` }).where(eq(sessions.sid, sid));
    expectInvalidGrant(await refresh(second.refresh_token));
    const kept = () => auth.db.select().from(refreshTokens).where(eq(refreshTokens.sid, sid));
    await new Sessions(auth.db).sweep();
    expect(await kept()).not.toEqual([]); // its last access token may be alive, and a cut-off has to name it
    await auth.db.update(sessions).set({ expiresAt: sql`now() - interval '961 s'` }).where(eq(sessions.sid, sid));
    await new Sessions(auth.db).sweep();
    expect(await kept()).toEqual([]);
  });

  test('stores the SHA-256 of a refresh token only', async () => {
    const { refresh_token = '' } = await signIn(auth, 'bob');
    const stored = await auth.db.select().from(refreshTokens);
    expect(stored.map(({ hash }) => hash)).toContain(createHash('sha256').update(refresh_token).digest('base64url'));
    expect(JSON.stringify(stored)).not.toContain(refresh_token);
  });
});

describe.each(testDatabases().filter(({ kind }) => kind === 'postgres'))('two replicas on $kind', ({ create }) => {
  let database: TestDatabase;
  let replicas: RunningAuth[];

  beforeAll(async () => {
    database = await create();
    replicas = await Promise.all([startAuth(database), startAuth(database)]);
  });

  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
    await database.drop();
  });

  const refresh = (replica: RunningAuth | undefined, refreshToken = ''): Promise<Answer> => {
    if (!replica) throw new Error('there is no such replica');
    return token(replica, { grant_type: 'refresh_token', client_id: 'shop', refresh_token: refreshToken });
  };

  test.each([1, 2, 3])('let one of 32 parallel refreshes win together, and the family lives (%i)', async () => {
    const [here, there] = replicas;
    const { refresh_token } = await signIn(here as RunningAuth, 'alice');
    const answers = await Promise.all(Array.from({ length: 32 }, (_, n) => refresh(replicas[n % 2], refresh_token)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect((await refresh(there, winners[0]?.body.refresh_token)).status).toBe(200);
  });

  test('notice the reuse of a token that the other one has rotated', async () => {
    const [here, there] = replicas;
    const { refresh_token } = await signIn(here as RunningAuth, 'alice');
    const { body } = await refresh(here, refresh_token);
    expect((await refresh(there, refresh_token)).status).toBe(400);
    expect((await refresh(here, body.refresh_token)).status).toBe(400);
  });
});
