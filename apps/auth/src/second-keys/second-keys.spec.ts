import { createHash } from 'node:crypto';
import { demoPassword } from '@waybill/contracts';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addAccount } from '../accounts/accounts.js';
import { addClient } from '../clients/clients.js';
import { grants, refreshTokens, secondKeys, sessions } from '../schema.js';
import {
  accessToken,
  auditTrail,
  isActive,
  loggedEvents,
  type Reply,
  type Sent,
  send,
  sidOf,
} from '../testing/administration.js';
import { basic, decode, login, type RunningAuth, signIn, startAuth, token } from '../testing/auth-service.js';
import { exchange, SERVICE_CLIENT_SECRETS } from '../testing/exchange.js';
import { pruneSecondKeys } from './prune-second-keys.js';

/** What `POST /second-keys` answers. */
interface Made {
  id: string;
  second_key: string;
  access_token: string;
}

const bodyOf = ({ body }: Reply) => body as unknown as Made;

describe.each(testDatabases())('second keys on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database, { TOKEN_TTL_SECONDS: '600', MAX_SECOND_KEYS: '3', SERVICE_CLIENT_SECRETS });
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  beforeEach(() => auth.db.delete(secondKeys));

  const make = (bearer: string, body: object = {}, more: Sent = {}): Promise<Reply> =>
    send(auth, 'POST', '/second-keys', { token: bearer, body: { password: demoPassword, ...body }, ...more });
  const list = async (bearer: string, headers = {}) => {
    const { body } = await send(auth, 'GET', '/second-keys', { token: bearer, headers });
    return body?.items as { id: string }[];
  };
  const revoke = (bearer: string, id: string) => send(auth, 'DELETE', `/second-keys/${id}`, { token: bearer });

  test('are made for who shows the password again, and shown once', async () => {
    const shown = await accessToken(auth, 'alice');
    const { status, headers, body } = await make(shown);
    expect(status).toBe(201);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      second_key: expect.stringMatching(/^wsk_[\w-]{43}$/),
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'order.read order.write payment.read payment.create',
    });
    const made = body as unknown as Made;
    const [before, after] = [shown, made.access_token].map((jwt) => decode(jwt).claims);
    expect(after).toEqual({
      ...before,
      iat: expect.any(Number),
      exp: (after?.iat as number) + 600,
      jti: expect.any(String),
      cnf: { 'second_key#S256': createHash('sha256').update(made.second_key).digest('base64url') },
    });
    expect(after?.jti).not.toBe(before?.jti);
  });

  test('work with their token alone, and it works with them alone', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(async () => bodyOf(await make(await accessToken(auth, 'alice')))),
    );
    const use = async (made?: Made, key?: string) => {
      const headers: Record<string, string> = key === undefined ? {} : { 'Second-Key': key };
      const { status, body } = await send(auth, 'GET', '/second-keys', { token: made?.access_token ?? '', headers });
      return body?.code ?? status;
    };
    expect(await use(one, one?.second_key)).toBe(200);
    expect(await use(one)).toBe('second_key_invalid');
    expect(await use(one, other?.second_key)).toBe('second_key_invalid');
    expect(await use(other, one?.second_key)).toBe('second_key_invalid');
  });

  test.each<[string, object, number, string]>([
    ['a wrong password', { password: 'waybill-dem0' }, 401, 'invalid_credentials'],
    ['no password', { password: undefined }, 400, 'validation_failed'],
    ['an empty password', { password: '' }, 400, 'validation_failed'],
    ['a password over 1,024 bytes', { password: 'ä'.repeat(513) }, 400, 'validation_failed'],
    ['a name beside the password', { username: 'bob' }, 400, 'validation_failed'],
    ['a scope beyond the token', { scope: 'order.read order.write' }, 400, 'invalid_scope'],
    ['a scope that nobody has', { scope: 'order.everything' }, 400, 'invalid_scope'],
  ])('are not made for %s', async (_, body, status, code) => {
    const answer = await make(await accessToken(auth, 'alice', 'order.read payment.read'), body);
    expect([answer.status, answer.body?.code]).toEqual([status, code]);
    expect(await auth.db.select().from(secondKeys)).toEqual([]);
  });

  test("are not made with somebody else's password, nor without a token, nor from a form", async () => {
    await auth.db.transaction((tx) =>
      addAccount(tx, { sub: 'e8c2', username: 'erin', password: 'a-long-password', scopes: [], demo: false }),
    );
    const { body } = await login(auth, { username: 'erin', password: 'a-long-password' });
    expect((await make(body.access_token)).body?.code).toBe('invalid_credentials');
    expect((await send(auth, 'POST', '/second-keys', { body: { password: demoPassword } })).status).toBe(401);
    const form = { token: await accessToken(auth, 'alice'), form: { password: demoPassword } };
    expect((await send(auth, 'POST', '/second-keys', form)).status).toBe(415);
  });

  test('are not for clients, which are told so', async () => {
    await auth.db.transaction((tx) =>
      addClient(tx, { clientId: 'reader', secret: 'a-secret', scopes: ['audit.read'], demo: false }),
    );
    const { body } = await token(auth, { grant_type: 'client_credentials' }, basic('reader', 'a-secret'));
    const answer = await make(body.access_token);
    expect([answer.status, answer.body?.code]).toEqual([403, 'people_only']);
  });

  test('count wrong passwords as sign-in does, and the owner still gets one', async () => {
    const bearer = await accessToken(auth, 'carol');
    const guesses: number[] = [];
    for (let n = 0; n < 12; n += 1) guesses.push((await make(bearer, { password: `guess ${n}` })).status);
    expect(guesses.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(guesses.slice(10)).toContain(429);
    expect((await login(auth, { username: 'carol', password: 'a guess' })).status).toBe(429);
    expect((await make(bearer)).status).toBe(201);
  });

  test('carry what the token carries and is granted today, or less', async () => {
    const bearer = await accessToken(auth, 'dora', 'order.read order.refund');
    expect((await make(bearer, { scope: 'order.read' })).body?.scope).toBe('order.read');
    expect((await make(bearer)).body?.scope).toBe('order.read order.refund');
    const refund = and(eq(grants.sub, 'dora'), eq(grants.scope, 'order.refund'));
    await auth.db.delete(grants).where(refund);
    expect((await make(bearer)).body?.scope).toBe('order.read');
    await auth.db.insert(grants).values({ sub: 'dora', scope: 'order.refund' });
  });

  test('carry no more than a token that a refresh has narrowed', async () => {
    const { refresh_token = '' } = await signIn(auth, 'alice');
    const form = { grant_type: 'refresh_token', client_id: 'shop', refresh_token, scope: 'order.read' };
    const { body } = await token(auth, form);
    expect((await make(body.access_token)).body?.scope).toBe('order.read');
    expect((await make(body.access_token, { scope: 'order.write' })).body?.code).toBe('invalid_scope');
  });

  test('keep every other binding of the token that was shown', async () => {
    const { body } = await login(auth, { username: 'alice', password: demoPassword, bindAddress: true });
    const { access_token } = bodyOf(await make(body.access_token));
    expect(decode(access_token).claims.cnf).toEqual({
      client_address: '127.0.0.1/32',
      'second_key#S256': expect.any(String),
    });
  });

  test('end with their session at the latest', async () => {
    const bearer = await accessToken(auth, 'alice');
    const session = eq(sessions.sid, sidOf(bearer));
    await auth.db.update(sessions).set({ expiresAt: sql`now() + interval '60 seconds'` }).where(session);
    const seconds = (await make(bearer)).body?.expires_in as number;
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
    await auth.db.update(sessions).set({ expiresAt: sql`now()` }).where(session);
    expect((await make(bearer)).body?.code).toBe('invalid_token');
  });

  test('are few, also when many are asked for at once', async () => {
    const bearer = await accessToken(auth, 'alice');
    const answers = await Promise.all(Array.from({ length: 8 }, () => make(bearer)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = answers.find(({ status }) => status !== 201);
    expect([refused?.status, refused?.body?.code]).toEqual([409, 'too_many_second_keys']);
    expect((await make(await accessToken(auth, 'bob'))).status).toBe(201);
    const [newest] = await list(bearer);
    expect((await revoke(bearer, newest?.id ?? '')).status).toBe(204);
    expect((await make(bearer)).status).toBe(201);
    await auth.db.update(secondKeys).set({ expiresAt: sql`now()` }).where(eq(secondKeys.sub, 'alice'));
    expect((await make(bearer)).status).toBe(201);
  });

  test('are listed for their owner, without what would be of use to a thief', async () => {
    const bearer = await accessToken(auth, 'alice');
    const made = bodyOf(await make(bearer, { scope: 'order.read' }));
    expect(await send(auth, 'GET', '/second-keys', { token: bearer })).toMatchObject({
      status: 200,
      body: {
        items: [{ id: made.id, scopes: ['order.read'], createdAt: expect.any(String), expiresAt: expect.any(String) }],
        nextCursor: null,
      },
    });
    const items = JSON.stringify(await list(bearer));
    expect(items).not.toMatch(/token|hash|wsk_/);
    expect(await list(await accessToken(auth, 'bob'))).toEqual([]);
  });

  test('are stored neither themselves nor as a hash', async () => {
    const { second_key: key } = bodyOf(await make(await accessToken(auth, 'alice')));
    const stored = JSON.stringify([await auth.db.select().from(secondKeys), await auditTrail(auth)]);
    expect(stored).not.toContain(key);
    expect(stored).not.toContain(createHash('sha256').update(key).digest('base64url'));
  });

  test('are revoked with their token, and guards and audit trail are told', async () => {
    const bearer = await accessToken(auth, 'alice');
    const { id, access_token } = bodyOf(await make(bearer, { scope: 'order.read' }));
    expect(await isActive(auth, access_token)).toBe(true);
    expect((await revoke(bearer, id)).status).toBe(204);
    expect(await isActive(auth, access_token)).toBe(false);
    expect(await isActive(auth, bearer)).toBe(true);
    expect(await list(bearer)).toEqual([]);
    const { jti, sid } = decode(access_token).claims;
    expect((await loggedEvents(auth)).at(-1)).toMatchObject({
      sub: 'alice',
      type: 'token-revoked',
      event: { token: jti },
    });
    const entries = (await auditTrail(auth)).slice(-2);
    const actor = { actorSubject: 'alice', actorClient: 'shop', subject: 'alice', requestId: expect.any(String) };
    const named = { secondKey: id, token: jti, session: sid };
    expect(entries).toEqual([
      expect.objectContaining({
        action: 'second-key-created',
        ...actor,
        after: { ...named, scopes: ['order.read'], expiresAt: expect.any(String) },
      }),
      expect.objectContaining({ action: 'second-key-revoked', ...actor, after: named }),
    ]);
  });

  test('are revoked with what came of their token by exchange, and of theirs alone', async () => {
    const bearer = await accessToken(auth, 'alice');
    const [made, other] = [bodyOf(await make(bearer)), bodyOf(await make(bearer))];
    const to = { req_cnf: JSON.stringify({ kid: 'order/k1' }) };
    const exchanged = async (subjectToken: string) => (await exchange(auth, subjectToken, to)).body.access_token;
    const [child, kept] = [await exchanged(made.access_token), await exchanged(other.access_token)];
    expect([await isActive(auth, child), await isActive(auth, kept)]).toEqual([true, true]);
    const known = (await loggedEvents(auth)).length;
    expect((await revoke(bearer, made.id)).status).toBe(204);
    expect([await isActive(auth, child), await isActive(auth, kept)]).toEqual([false, true]);
    const told = (await loggedEvents(auth)).slice(known);
    expect(told.map(({ type, event }) => [type, (event as { token?: string }).token])).toEqual(
      [made.access_token, child].map((jwt) => ['token-revoked', decode(jwt).claims.jti]),
    );
  });

  test("are not revoked twice, nor by anybody else, nor by what is no key's id", async () => {
    const bearer = await accessToken(auth, 'alice');
    const { id, access_token } = bodyOf(await make(bearer));
    const foreign = await revoke(await accessToken(auth, 'bob'), id);
    expect([foreign.status, foreign.body?.code]).toEqual([404, 'second_key_not_found']);
    expect(await isActive(auth, access_token)).toBe(true);
    expect((await revoke(bearer, 'nothing')).status).toBe(404);
    expect((await revoke(bearer, id)).status).toBe(204);
    const events = (await loggedEvents(auth)).length;
    expect((await revoke(bearer, id)).status).toBe(404);
    expect(await loggedEvents(auth)).toHaveLength(events);
  });

  test('die with their token, however it is taken back', async () => {
    const bearer = await accessToken(auth, 'alice');
    const [revoked, signedOut] = [bodyOf(await make(bearer)), bodyOf(await make(bearer))];
    await send(auth, 'POST', '/revoke', { form: { client_id: 'shop', token: revoked.access_token } });
    expect((await list(bearer)).map(({ id }) => id)).toEqual([signedOut.id]);
    expect((await send(auth, 'POST', '/subjects/alice/sign-out', { token: bearer })).status).toBe(204);
    expect(await isActive(auth, signedOut.access_token)).toBe(false);
    expect(await list(await accessToken(auth, 'alice'))).toEqual([]);
  });

  test('keep their session among those that a sign-out names, though its last refresh is long ago', async () => {
    const bearer = await accessToken(auth, 'alice');
    const { access_token } = bodyOf(await make(bearer));
    const ofSession = eq(refreshTokens.sid, sidOf(bearer));
    await auth.db.update(refreshTokens).set({ createdAt: sql`now() - interval '1 hour'` }).where(ofSession);
    await send(auth, 'POST', '/subjects/alice/sign-out', { token: bearer });
    expect((await loggedEvents(auth)).at(-1)?.event).toMatchObject({
      sids: expect.arrayContaining([sidOf(bearer)]),
    });
    expect(await isActive(auth, access_token)).toBe(false);
  });

  test('are forgotten once no guard takes their token any more', async () => {
    const bearer = await accessToken(auth, 'alice');
    await make(bearer);
    const expired = (ago: string) =>
      auth.db.update(secondKeys).set({ expiresAt: sql`now() - ${sql.raw(`interval '${ago}'`)}` });
    await expired('50 seconds');
    await pruneSecondKeys(auth.db);
    expect(await auth.db.select().from(secondKeys)).toHaveLength(1);
    await expired('70 seconds');
    await pruneSecondKeys(auth.db);
    expect(await auth.db.select().from(secondKeys)).toEqual([]);
  });
});
