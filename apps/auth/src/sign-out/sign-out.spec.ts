import { demoPassword } from '@waybill/contracts';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refreshTokens, sessions } from '../schema.js';
import { accessToken, auditTrail, isActive, loggedEvents, send, sidOf } from '../testing/administration.js';
import { basic, decode, type RunningAuth, signIn, startAuth, token } from '../testing/auth-service.js';
import { exchange, SERVICE_CLIENT_SECRETS } from '../testing/exchange.js';

describe.each(testDatabases())('POST /subjects/:sub/sign-out on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database, { SERVICE_CLIENT_SECRETS });
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  const signOut = (sub: string, bearer?: string) =>
    send(auth, 'POST', `/subjects/${encodeURIComponent(sub)}/sign-out`, bearer === undefined ? {} : { token: bearer });
  const refresh = (refreshToken = '') =>
    token(auth, { grant_type: 'refresh_token', client_id: 'shop', refresh_token: refreshToken });
  const lastEvent = async () => (await loggedEvents(auth)).at(-1);
  const sorted = (...tokens: string[]) => tokens.map(sidOf).sort();

  test('ends everything that one is signed in by, and what comes after it in the same second is good', async () => {
    const [here, there] = await Promise.all([signIn(auth, 'alice'), signIn(auth, 'alice')]);
    const { status, body } = await signOut('alice', here.access_token);
    expect([status, body]).toEqual([204, undefined]);
    const again = await signIn(auth, 'alice');
    for (const { access_token, refresh_token } of [here, there]) {
      expect(await isActive(auth, access_token)).toBe(false);
      expect((await refresh(refresh_token)).body.error).toBe('invalid_grant');
    }
    expect(await isActive(auth, again.access_token)).toBe(true);
    expect((await refresh(again.refresh_token)).status).toBe(200);
    const named = (await lastEvent())?.event as { sids: string[] };
    expect(named.sids.toSorted()).toEqual(sorted(here.access_token, there.access_token));
  });

  test('tells the guards and the audit trail who did it', async () => {
    const victim = await accessToken(auth, 'bob');
    const response = await send(auth, 'POST', '/subjects/bob/sign-out', {
      token: await accessToken(auth, 'admin', 'tokens.revoke'),
      headers: { 'X-Request-Id': 'ticket-7' },
    });
    expect(response.status).toBe(204);
    expect(await isActive(auth, victim)).toBe(false);
    expect(await lastEvent()).toMatchObject({
      sub: 'bob',
      type: 'session-revoked',
      event: { sids: [sidOf(victim)], initiating_entity: 'admin' },
    });
    expect((await auditTrail(auth)).at(-1)).toMatchObject({
      action: 'signed-out',
      actorSubject: 'admin',
      actorClient: 'shop',
      subject: 'bob',
      after: { endedSessions: 1 },
      requestId: 'ticket-7',
    });
  });

  test("cuts a client's own tokens off, and its next one is good", async () => {
    const demo = () => token(auth, { grant_type: 'client_credentials' }, basic('demo-service', demoPassword));
    const { body: before } = await demo();
    expect((await signOut('demo-service', await accessToken(auth, 'admin'))).status).toBe(204);
    const { body: after } = await demo();
    expect(await isActive(auth, before.access_token)).toBe(false);
    expect(await isActive(auth, after.access_token)).toBe(true);
    expect((await lastEvent())?.event).toMatchObject({ sids: [sidOf(before.access_token)] });
  });

  test('takes back what a client got by exchange, and what it gets afterwards is good', async () => {
    const subject = await accessToken(auth, 'alice');
    const [first, second] = [await exchange(auth, subject), await exchange(auth, subject, { scope: 'payment.read' })];
    const tokens = [first, second].map(({ body }) => body.access_token);
    const known = (await loggedEvents(auth)).length;
    expect((await signOut('order', await accessToken(auth, 'admin'))).status).toBe(204);
    expect(await Promise.all(tokens.map((each) => isActive(auth, each)))).toEqual([false, false]);
    const told = (await loggedEvents(auth)).slice(known);
    expect(told.map(({ sub, type }) => [sub, type])).toEqual([
      ['order', 'session-revoked'],
      ['alice', 'token-revoked'],
      ['alice', 'token-revoked'],
    ]);
    const { action, after } = (await auditTrail(auth)).at(-1) ?? {};
    expect([action, after]).toEqual(['signed-out', { endedSessions: 1, exchangedTokens: 2 }]);
    expect(await isActive(auth, subject)).toBe(true);
    expect(await isActive(auth, (await exchange(auth, subject)).body.access_token)).toBe(true);
  });

  test('names only the sessions in which a token may be alive, and ends all', async () => {
    const old = await signIn(auth, 'dora');
    const sid = sidOf(old.access_token);
    const longAgo = sql`now() - interval '961 seconds'`;
    await auth.db.update(refreshTokens).set({ createdAt: longAgo }).where(eq(refreshTokens.sid, sid));
    const fresh = await signIn(auth, 'dora');
    await signOut('dora', fresh.access_token);
    expect((await lastEvent())?.event).toMatchObject({ sids: [sidOf(fresh.access_token)] });
    expect((await refresh(old.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('is for oneself and for administrators, and nobody else learns who exists', async () => {
    const bearer = await accessToken(auth, 'carol');
    const [known, unknown] = [await signOut('alice', bearer), await signOut('nobody', bearer)];
    expect(known.status).toBe(403);
    expect(known.headers.get('WWW-Authenticate')).toContain('error="insufficient_scope", scope="tokens.revoke"');
    const likewise = { ...known.body, decisionId: expect.any(String), instance: '/subjects/nobody/sign-out' };
    expect([unknown.status, unknown.body]).toEqual([403, likewise]);
    expect(await isActive(auth, bearer)).toBe(true);
    expect((await signOut('alice')).status).toBe(401);
  });

  test('tells an administrator that there is no such subject', async () => {
    const bearer = await accessToken(auth, 'admin');
    expect(await signOut('nobody', bearer)).toMatchObject({ status: 404, body: { code: 'subject_not_found' } });
    expect(await signOut('al\0ice', bearer)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });

  test('is wholly before or wholly after each sign-in that comes at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const before = await signIn(auth, 'carol');
      const [signedOut, ...signedIn] = await Promise.all([
        signOut('carol', before.access_token),
        ...Array.from({ length: 6 }, () => signIn(auth, 'carol')),
      ]);
      expect(signedOut.status).toBe(204);
      expect(await isActive(auth, before.access_token)).toBe(false);
      for (const { access_token } of signedIn) {
        const [session] = await auth.db
          .select()
          .from(sessions)
          .where(eq(sessions.sid, sidOf(access_token)));
        expect(await isActive(auth, access_token)).toBe(session?.endedAt === null);
      }
    }
  }, 60_000);

  test('against refreshes that come at once leaves no token good that is of an ended session', async () => {
    for (let round = 0; round < 5; round += 1) {
      const first = await signIn(auth, 'carol');
      const [signedOut, { status, body }] = await Promise.all([
        signOut('carol', first.access_token),
        refresh(first.refresh_token),
      ]);
      expect(signedOut.status).toBe(204);
      expect(await isActive(auth, first.access_token)).toBe(false);
      if (status !== 200) continue;
      expect(decode(body.access_token).claims.sid).toBe(sidOf(first.access_token));
      expect(await isActive(auth, body.access_token)).toBe(false);
      expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant');
    }
  }, 60_000);
});
