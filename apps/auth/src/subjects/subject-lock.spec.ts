import { randomUUID } from 'node:crypto';
import { demoPassword, Scope } from '@waybill/contracts';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AuthTransaction } from '../database.js';
import { grantScopes, withdrawScopes } from '../grants/grants.js';
import { clients, exchangedTokens, refreshTokens, sessions, signingKeys } from '../schema.js';
import { holdPublished } from '../signing-keys/stored-signing-keys.js';
import { accessToken, isActive, loggedEvents, type Reply, send } from '../testing/administration.js';
import { basic, decode, type RunningAuth, signIn, startAuth, token } from '../testing/auth-service.js';
import { exchange, SERVICE_CLIENT_SECRETS } from '../testing/exchange.js';
import { lockSubject } from './subjects.js';

/** The embedded database runs one transaction after the other, so that nothing can come between. */
const concurrent = testDatabases().filter(({ kind }) => kind === 'postgres');

describe.each(concurrent)('the lock of a subject on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;

  beforeAll(async () => {
    database = await create();
    const TOKEN_EXCHANGE = 'order>payment.service,payment>auth.service';
    auth = await startAuth(database, { SERVICE_CLIENT_SECRETS, TOKEN_EXCHANGE });
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  type Work = (tx: AuthTransaction) => Promise<unknown>;

  const during = <T>(sub: string, begin: () => Promise<T>, work: Work): Promise<T> =>
    duringHold((tx) => lockSubject(tx, sub), begin, work);

  /** Begins a request while a transaction holds the lock, and goes on with that once the request waits for it, or is through. */
  const duringHold = <T>(hold: Work, begin: () => Promise<T>, work: Work): Promise<T> =>
    auth.db
      .transaction(async (tx) => {
        await hold(tx);
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

  test('has an exchange wait for what takes the token back', async () => {
    const subject = await orderedToken();
    const { jti } = decode(subject).claims;
    const revoked = { kind: 'token-revoked', jti: String(jti), sub: 'admin', expiresAt: new Date() } as const;
    const form = { scope: 'ledger.read' };
    const { body } = await during(
      'admin',
      () => exchange(auth, subject, form),
      (tx) => auth.log.append(tx, revoked),
    );
    expect(body).toMatchObject({ error: 'invalid_request' });
  });

  test('has an exchange wait, and see that the key of the token is withdrawn', async () => {
    const subject = await orderedToken();
    const { status, body } = await during(
      'admin',
      () => exchange(auth, subject, { scope: 'ledger.read' }),
      (tx) =>
        tx
          .update(signingKeys)
          .set({ withdrawnAt: new Date() })
          .where(eq(signingKeys.kid, keyOf(subject))),
    );
    expect([status, body.error]).toEqual([400, 'invalid_request']);
    await auth.db
      .update(signingKeys)
      .set({ withdrawnAt: null })
      .where(eq(signingKeys.kid, keyOf(subject)));
  });

  test('has an exchange wait, and see that the secret of the client was replaced', async () => {
    const subject = await orderedToken();
    const itself = eq(clients.clientId, 'order');
    const [before] = await auth.db.select().from(clients).where(itself);
    const { status } = await during(
      'admin',
      () => exchange(auth, subject, { scope: 'ledger.read' }),
      (tx) => tx.update(clients).set({ secretHash: 'another' }).where(itself),
    );
    expect(status).toBe(401);
    await auth.db
      .update(clients)
      .set({ secretHash: before?.secretHash ?? null })
      .where(itself);
  });

  test('has the withdrawal of a key wait for an exchange that is under way, and take back what came of it', async () => {
    const [bearer, kid, tokenId] = [await accessToken(auth, 'admin'), keyOf(await orderedToken()), randomUUID()];
    const token = { tokenId, subjectTokenId: randomUUID(), subjectKeyId: kid, sub: 'admin', clientId: 'order' };
    const { status } = await duringHold(
      (tx) => holdPublished(tx, kid),
      () => send(auth, 'POST', '/keys/rotate', { token: bearer, body: { withdraw: kid } }),
      (tx) => tx.insert(exchangedTokens).values({ ...token, expiresAt: new Date(Date.now() + 60_000) }),
    );
    expect(status).toBe(200);
    expect((await loggedEvents(auth)).at(-1)).toMatchObject({ type: 'token-revoked', event: { token: tokenId } });
  });

  describe('where a token that came of another is exchanged in turn,', () => {
    /** A token of admin's that order got for one that a key signed which is old by now. */
    const exchangedToken = async () => {
      const [sid, subjectKeyId] = [randomUUID(), randomUUID()];
      const scopes = [Scope.LedgerRead, Scope.AuditRead];
      const { tokenId, answer, expiresAt } = auth.tokens.issue({ sub: 'admin', clientId: 'order', sid, scopes });
      const [old] = await auth.db.select().from(signingKeys).where(eq(signingKeys.purpose, 'access-token'));
      if (old)
        await auth.db
          .insert(signingKeys)
          .values({ ...old, kid: subjectKeyId, retiredAt: new Date(), withdrawnAt: null });
      const row = { tokenId, subjectTokenId: randomUUID(), subjectKeyId, sub: 'admin', clientId: 'order', expiresAt };
      await auth.db.insert(exchangedTokens).values(row);
      return { token: answer.access_token, tokenId, subjectKeyId };
    };
    const exchangeOnce = (subject: string) =>
      exchange(auth, subject, { audience: 'auth.service', scope: 'audit.read' }, 'payment');
    const withdraw = async (kid: string) =>
      send(auth, 'POST', '/keys/rotate', { token: await accessToken(auth, 'admin'), body: { withdraw: kid } });
    const rowOf = (tokenId: string) => eq(exchangedTokens.tokenId, tokenId);

    test('has the withdrawal of the key at the root wait for that, and take back what came of it', async () => {
      const { tokenId, subjectKeyId } = await exchangedToken();
      const grandchild = { tokenId: randomUUID(), subjectTokenId: tokenId, sub: 'admin', clientId: 'payment' };
      const { status } = await duringHold(
        (tx) => tx.select().from(exchangedTokens).where(rowOf(tokenId)).for('share'),
        () => withdraw(subjectKeyId),
        (tx) => tx.insert(exchangedTokens).values({ ...grandchild, expiresAt: new Date(Date.now() + 60_000) }),
      );
      expect(status).toBe(200);
      const told = (await loggedEvents(auth)).slice(-2).map(({ event }) => event);
      expect(told).toEqual(expect.arrayContaining([tokenId, grandchild.tokenId].map(revocationOf)));
    });

    test('has the exchange wait for that, and refused', async () => {
      const { token: subject, tokenId } = await exchangedToken();
      const change = { kind: 'token-revoked', jti: tokenId, sub: 'admin', expiresAt: new Date() } as const;
      const { body } = await duringHold(
        (tx) => tx.select().from(exchangedTokens).where(rowOf(tokenId)).for('update'),
        () => exchangeOnce(subject),
        (tx) => auth.log.append(tx, change),
      );
      expect(body).toMatchObject({ error: 'invalid_request' });
    });

    test('leaves nothing good of what came at once', async () => {
      for (let round = 0; round < 5; round += 1) {
        const { token: subject, subjectKeyId } = await exchangedToken();
        const [, ...answers] = await Promise.all([
          withdraw(subjectKeyId),
          ...Array.from({ length: 4 }, () => exchangeOnce(subject)),
        ]);
        expect(await isActive(auth, subject)).toBe(false);
        for (const { body } of answers)
          expect(body.access_token !== undefined && (await isActive(auth, body.access_token))).toBe(false);
      }
    }, 60_000);

    const revocationOf = (jti: string) => expect.objectContaining({ token: jti });
  });

  /** A token of admin's that is for order, and for payment. */
  const orderedToken = async () => {
    const scopes = [Scope.OrderRead, Scope.LedgerRead];
    return auth.tokens.answer({ sub: 'admin', clientId: 'shop', sid: randomUUID(), scopes }).access_token;
  };
  const keyOf = (jwt: string) => String(decode(jwt).header.kid);
});
