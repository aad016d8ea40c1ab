import { Scope } from '@waybill/contracts';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { exchangedTokens, signingKeys } from '../schema.js';
import { accessToken, auditTrail, isActive, loggedEvents, send, sidOf } from '../testing/administration.js';
import { decode, type RunningAuth, signIn, startAuth } from '../testing/auth-service.js';
import { exchange, SERVICE_CLIENT_SECRETS } from '../testing/exchange.js';
import { ExchangedTokens } from './exchanged-tokens.js';

const jtiOf = (token: string) => String(decode(token).claims.jti);
const keyOf = (token: string) => String(decode(token).header.kid);

describe.each(testDatabases())('an exchanged token on $kind', ({ create }) => {
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

  const exchanged = async (subjectToken: string) => (await exchange(auth, subjectToken)).body.access_token;
  const revoke = (token: string, client = 'shop') =>
    send(auth, 'POST', '/revoke', { form: { client_id: client, token } });

  test('is taken back with the token that it came of, and each is told of', async () => {
    const subject = await accessToken(auth, 'alice');
    const [first, second, other] = [
      await exchanged(subject),
      await exchanged(subject),
      await exchanged(await accessToken(auth, 'alice')),
    ];
    const known = (await loggedEvents(auth)).length;
    await revoke(subject);
    expect(await Promise.all([subject, first, second, other].map((token) => isActive(auth, token)))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    const told = (await loggedEvents(auth)).slice(known);
    expect(told.map(({ sub, type }) => [sub, type])).toEqual(Array(3).fill(['alice', 'token-revoked']));
    expect(told[1]?.event).toMatchObject({ client_id: 'order' });
    const { action, after } = (await auditTrail(auth)).at(-1) ?? {};
    const tokens = [first, second].map(jtiOf);
    expect({ action, after }).toEqual({
      action: 'token-revoked',
      after: { token: jtiOf(subject), session: sidOf(subject), exchanged: expect.arrayContaining(tokens) },
    });
    await revoke(subject);
    expect(await loggedEvents(auth)).toHaveLength(known + 3);
  });

  test('is taken back with the first of a row of tokens that came of one another', async () => {
    const scopes = [Scope.OrderRead, Scope.PaymentCreate, Scope.AuditRead];
    const sid = sidOf(await accessToken(auth, 'admin'));
    const audience = ['order.service', 'payment.service', 'auth.service'] as const;
    const { access_token: first } = auth.tokens.answer({ sub: 'admin', clientId: 'shop', sid, scopes, audience });
    const { tokenId, answer, expiresAt } = auth.tokens.issue({
      sub: 'admin',
      clientId: 'order',
      sid,
      scopes,
      audience,
    });
    const child = {
      tokenId,
      subjectTokenId: jtiOf(first),
      subjectKeyId: null,
      sub: 'admin',
      clientId: 'order',
      expiresAt,
    };
    await auth.db.insert(exchangedTokens).values(child);
    const form = { audience: 'auth.service', scope: 'audit.read' };
    const grandchild = (await exchange(auth, answer.access_token, form, 'payment')).body.access_token;
    expect(await isActive(auth, grandchild)).toBe(true);
    await revoke(first);
    expect(await Promise.all([answer.access_token, grandchild].map((token) => isActive(auth, token)))).toEqual([
      false,
      false,
    ]);
  });

  test('ends with the session', async () => {
    const { access_token, refresh_token = '' } = await signIn(auth, 'alice');
    const token = await exchanged(access_token);
    await revoke(refresh_token);
    expect(await isActive(auth, token)).toBe(false);
    const event = (await loggedEvents(auth)).at(-1);
    expect(event).toMatchObject({ type: 'session-revoked', event: { sids: [decode(token).claims.sid] } });
  });

  test('ends with a scope that it carries', async () => {
    const [token, administrator] = [
      await exchanged(await accessToken(auth, 'alice')),
      await accessToken(auth, 'admin'),
    ];
    const path = '/subjects/alice/scopes';
    const before = await send(auth, 'GET', path, { token: administrator });
    const put = (scopes: unknown, tag: string | null) =>
      send(auth, 'PUT', path, { token: administrator, headers: { 'If-Match': tag ?? '' }, body: { scopes } });
    const after = await put(['order.read', 'order.write'], before.headers.get('ETag'));
    expect(await isActive(auth, token)).toBe(false);
    await put(before.body?.scopes, after.headers.get('ETag'));
    expect(await isActive(auth, token)).toBe(false);
  });

  test('is taken back with the key of the token that it came of, though another key signed it', async () => {
    const subject = await accessToken(auth, 'alice');
    const administrator = await accessToken(auth, 'admin');
    const rotated = await send(auth, 'POST', '/keys/rotate', { token: administrator, body: {} });
    const retired = { retiredAt: sql`now()` };
    await auth.db
      .update(signingKeys)
      .set(retired)
      .where(eq(signingKeys.kid, keyOf(subject)));
    await fetch(`${auth.url}/.well-known/jwks.json`); // reads the keys again
    const token = await vi.waitFor(async () => {
      const each = await exchanged(subject);
      expect(keyOf(each)).toBe(rotated.body?.kid);
      return each;
    }, 5_000);
    expect(await isActive(auth, token)).toBe(true);
    const withdrawn = await send(auth, 'POST', '/keys/rotate', {
      token: administrator,
      body: { withdraw: keyOf(subject) },
    });
    expect(withdrawn.status).toBe(200);
    expect(await isActive(auth, token)).toBe(false);
    expect((await exchange(auth, subject)).body.error).toBe('invalid_request');
  });

  test('against a revocation that comes at once is not given, or taken back', async () => {
    for (let round = 0; round < 8; round += 1) {
      const subject = await accessToken(auth, 'alice');
      const answers = await Promise.all([exchange(auth, subject), revoke(subject), exchange(auth, subject)]);
      for (const { body } of [answers[0], answers[2]])
        expect(body.access_token !== undefined && (await isActive(auth, body.access_token))).toBe(false);
    }
  }, 60_000);

  test('is on record until nobody takes it any more', async () => {
    const [gone, kept] = [
      await exchanged(await accessToken(auth, 'alice')),
      await exchanged(await accessToken(auth, 'alice')),
    ];
    const ago = (seconds: number) => ({ expiresAt: sql`now() - make_interval(secs => ${seconds})` });
    const set = (token: string, seconds: number) =>
      auth.db
        .update(exchangedTokens)
        .set(ago(seconds))
        .where(eq(exchangedTokens.tokenId, jtiOf(token)));
    await set(gone, 61);
    await set(kept, 59);
    await new ExchangedTokens(auth.db, auth.log).sweep();
    const recorded = (await auth.db.select().from(exchangedTokens)).map(({ tokenId }) => tokenId);
    expect([recorded.includes(jtiOf(gone)), recorded.includes(jtiOf(kept))]).toEqual([false, true]);
  });
});
