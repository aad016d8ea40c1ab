import { randomUUID } from 'node:crypto';
import { type Confirmation, createDpopKey, createDpopProof } from '@waybill/auth';
import { demoPassword, Scope } from '@waybill/contracts';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { and, eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { grants } from '../schema.js';
import { accessToken, isActive, send, sidOf } from '../testing/administration.js';
import { type Answer, basic, decode, type RunningAuth, signIn, startAuth, token } from '../testing/auth-service.js';
import { exchange, SERVICE_CLIENT_SECRETS } from '../testing/exchange.js';
import { accessTokenType, tokenExchange } from './exchange-request.js';

const keyHash = 'A'.repeat(43);
const claimsOf = ({ body }: Answer) => decode(body.access_token).claims;

describe.each(testDatabases())('token exchange on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database, {
      SERVICE_CLIENT_SECRETS,
      TOKEN_EXCHANGE: 'order>payment.service,payment>auth.service',
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  /** A token of alice, in a session of hers, bound as no grant binds. */
  const boundToken = async (confirmation: Confirmation) => {
    const sid = sidOf(await accessToken(auth, 'alice'));
    const scopes = [Scope.OrderWrite, Scope.PaymentCreate];
    return auth.tokens.answer({ sub: 'alice', clientId: 'shop', sid, scopes, confirmation }).access_token;
  };
  const expectRefusal = ({ status, headers, body }: Answer, error: string) => {
    expect([status, body.error]).toEqual([400, error]);
    expect(body.access_token).toBeUndefined();
    expect(headers.get('Cache-Control')).toBe('no-store');
  };

  test('answers a token for one service, with what was asked for and no more, that says who acts', async () => {
    const { access_token } = await signIn(auth, 'alice');
    const subject = decode(access_token).claims;
    const answer = await exchange(auth, access_token);
    expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([200, 'no-store']);
    expect(answer.body).toMatchObject({
      issued_token_type: accessTokenType,
      token_type: 'Bearer',
      scope: 'payment.create',
    });
    expect(answer.body.refresh_token).toBeUndefined();
    const claims = claimsOf(answer);
    expect(claims).toMatchObject({
      iss: subject.iss,
      sub: 'alice',
      sid: subject.sid,
      client_id: 'order',
      aud: ['payment.service'],
      scope: 'payment.create',
      service_scopes: ['payment.create'],
      act: { sub: 'order' },
    });
    expect(claims.cnf).toBeUndefined();
    expect(claims.jti).not.toBe(subject.jti);
    expect(await isActive(auth, answer.body.access_token)).toBe(true);
  });

  test('never lets a token outlive the one that it came of', async () => {
    const subject = await accessToken(auth, 'alice');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 600_000 });
    const answer = await exchange(auth, subject);
    expect(claimsOf(answer).exp).toBe(decode(subject).claims.exp);
    expect(answer.body.expires_in).toBeLessThanOrEqual(300);
    expect(answer.body.expires_in).toBe(Number(claimsOf(answer).exp) - Number(claimsOf(answer).iat));
  });

  test('binds the token to a signing key of the client, and to the address of before', async () => {
    const range = '192.0.2.0/24';
    const answer = await exchange(auth, await boundToken({ clientAddress: range }), { req_cnf: '{"kid":"order/k1"}' });
    expect(claimsOf(answer).cnf).toEqual({ kid: 'order/k1', client_address: range });
    const unasked = await exchange(auth, await boundToken({ clientAddress: range }));
    expect(claimsOf(unasked).cnf).toEqual({ client_address: range });
  });

  test.each<[string, Confirmation]>([
    ['DPoP key', { keyThumbprint: keyHash }],
    ['second key', { secondKeyHash: keyHash }],
    ['signing key', { signatureKeyId: 'shop/k1' }],
  ])(
    'lets a token that is bound to a %s become one that is bound to the client, and never a bearer token',
    async (_, bound) => {
      const subject = await boundToken(bound);
      expectRefusal(await exchange(auth, subject), 'invalid_request');
      const answer = await exchange(auth, subject, { req_cnf: '{"kid":"order/k2"}' });
      expect([answer.body.token_type, claimsOf(answer).cnf]).toEqual(['Bearer', { kid: 'order/k2' }]);
    },
  );

  test.each([
    '{"kid":"payment/k1"}',
    '{"kid":"order"}',
    '{"kid":"order/k1/k2"}',
    '{"kid":"order/"}',
    '{"kid":["order/k1"]}',
    '{"kid":"order/k1","jkt":"x"}',
    '{"jkt":"x"}',
    '{"kid":"order/k1"',
    '"order/k1"',
    'null',
    'order/k1',
  ])('binds to nothing like %s', async (req_cnf) => {
    expectRefusal(await exchange(auth, await accessToken(auth, 'alice'), { req_cnf }), 'invalid_request');
  });

  test('names in the token all who act, the last one first', async () => {
    const sub = 'admin';
    const { sid } = decode(await accessToken(auth, sub)).claims;
    const held = auth.tokens.answer({
      sub,
      clientId: 'order',
      sid: String(sid),
      scopes: [Scope.LedgerRead, Scope.AuditRead],
      actor: { sub: 'order' },
    });
    const answer = await exchange(
      auth,
      held.access_token,
      { audience: 'auth.service', scope: 'audit.read' },
      'payment',
    );
    expect(claimsOf(answer)).toMatchObject({
      sub,
      client_id: 'payment',
      act: { sub: 'payment', act: { sub: 'order' } },
    });
  });

  test.each([
    ['beyond the subject token', 'order.read payment.create', 'payment.create'],
    ['of another service', undefined, 'order.write'],
    ['beyond it in part', undefined, 'payment.create order.write'],
    ['that was never granted', undefined, 'payment.settle'],
    ['that there is not', undefined, 'payment.creat'],
    ['that is malformed', undefined, 'payment.create  payment.read'],
  ])('gives no scope %s', async (_, held, scope) => {
    const narrow = held === undefined ? undefined : 'order.read payment.read';
    expectRefusal(await exchange(auth, await accessToken(auth, 'alice', narrow), { scope }), 'invalid_scope');
  });

  test('gives no scope that is granted no more', async () => {
    const client = basic('demo-service', demoPassword);
    const { body } = await token(auth, { grant_type: 'client_credentials' }, client);
    expect((await exchange(auth, body.access_token, { scope: 'payment.read' })).status).toBe(200);
    await auth.db.delete(grants).where(and(eq(grants.sub, 'demo-service'), eq(grants.scope, Scope.PaymentRead)));
    expectRefusal(await exchange(auth, body.access_token, { scope: 'payment.read' }), 'invalid_scope');
  });

  test('refuses a service at which the client may not act, or for which the subject token is not', async () => {
    const subject = await accessToken(auth, 'alice');
    for (const audience of ['auth.service', 'order.service', 'nobody.service', 'Payment.service'])
      expectRefusal(await exchange(auth, subject, { audience }), 'invalid_target');
    expectRefusal(await exchange(auth, await accessToken(auth, 'bob')), 'invalid_target');
  });

  test('refuses a subject token that is not addressed to the client', async () => {
    const exchanged = await exchange(auth, await accessToken(auth, 'alice'));
    expectRefusal(await exchange(auth, exchanged.body.access_token), 'invalid_request');
  });

  test('refuses a subject token that is not good, and does not say why', async () => {
    const [expired, revoked] = [await accessToken(auth, 'alice'), await accessToken(auth, 'alice')];
    const signedOut = await signIn(auth, 'alice');
    await send(auth, 'POST', '/revoke', { form: { client_id: 'shop', token: revoked } });
    await send(auth, 'POST', '/revoke', { form: { client_id: 'shop', token: signedOut.refresh_token ?? '' } });
    const answers = [];
    for (const subject of [revoked, signedOut.access_token, signedOut.refresh_token ?? '', 'nonsense', `${expired}x`])
      answers.push(await exchange(auth, subject));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 901_000 });
    answers.push(await exchange(auth, expired));
    for (const answer of answers) expectRefusal(answer, 'invalid_request');
    expect(new Set(answers.map(({ body }) => body.error_description)).size).toBe(1);
  });

  test.each<[string, Record<string, string>, string]>([
    ['no subject token', { subject_token: '' }, 'invalid_request'],
    ['no token type', { subject_token_type: '' }, 'invalid_request'],
    ['a refresh token', { subject_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }, 'invalid_request'],
    ['a JWT of any kind', { requested_token_type: 'urn:ietf:params:oauth:token-type:jwt' }, 'invalid_request'],
    ['no audience', { audience: '' }, 'invalid_request'],
    ['another actor', { actor_token: 'a.b.c', actor_token_type: accessTokenType }, 'invalid_request'],
    ['a resource', { resource: 'https://payment.example.com' }, 'invalid_request'],
  ])('refuses %s', async (_, form, error) => {
    expectRefusal(await exchange(auth, await accessToken(auth, 'alice'), form), error);
  });

  test('refuses a DPoP proof, be it good or not, as the token would not be bound to its key', async () => {
    const good = createDpopProof({ key: createDpopKey(), method: 'POST', url: `${auth.url}/token` });
    const form = {
      grant_type: tokenExchange,
      subject_token: await accessToken(auth, 'alice'),
      subject_token_type: accessTokenType,
      audience: 'payment.service',
      scope: 'payment.create',
      req_cnf: '{"kid":"order/k1"}',
    };
    for (const proof of [good, 'bad', '']) {
      const answer = await token(auth, form, { ...basic('order', 'o'.repeat(32)), DPoP: proof });
      expectRefusal(answer, 'invalid_request');
      expect(answer.body.error_description).toContain('req_cnf');
    }
  });

  test('without a scope gives what the subject token may do at the audience, and no token where that is nothing', async () => {
    const subject = await accessToken(auth, 'dora');
    const answer = await exchange(auth, subject, { scope: '' });
    expect(claimsOf(answer)).toMatchObject({ service_scopes: ['payment.refund'], aud: ['payment.service'] });
    await auth.db.delete(grants).where(and(eq(grants.sub, 'dora'), eq(grants.scope, Scope.PaymentRefund)));
    expectRefusal(await exchange(auth, subject, { scope: '' }), 'invalid_scope');
  });

  test('takes two audiences for a repeated parameter', async () => {
    const form = new URLSearchParams({
      grant_type: tokenExchange,
      subject_token: await accessToken(auth, 'alice'),
      subject_token_type: accessTokenType,
      scope: 'payment.create',
    });
    for (const audience of ['payment.service', 'auth.service']) form.append('audience', audience);
    expectRefusal(await token(auth, form.toString(), basic('order', 'o'.repeat(32))), 'invalid_request');
  });

  test('refuses whoever may not exchange, and whoever does not show that he is it', async () => {
    const form = { subject_token: await accessToken(auth, 'alice'), subject_token_type: accessTokenType };
    const asked = { grant_type: tokenExchange, ...form, audience: 'payment.service', scope: 'payment.create' };
    expectRefusal(await token(auth, asked, basic('demo-service', demoPassword)), 'unauthorized_client');
    expectRefusal(await token(auth, { ...asked, client_id: 'shop' }), 'unauthorized_client');
    for (const secret of ['', 'p'.repeat(32)]) {
      const { status, body } = await token(auth, { ...asked, client_id: 'order', client_secret: secret });
      expect([status, body.error]).toEqual([401, 'invalid_client']);
    }
  });

  test('is open to a client for the services that it may act at, and to nobody else', async () => {
    const subject = auth.tokens.answer({
      sub: 'admin',
      clientId: 'shop',
      sid: randomUUID(),
      scopes: [Scope.LedgerRead],
    });
    expectRefusal(await exchange(auth, subject.access_token, { scope: 'ledger.read' }, 'payment'), 'invalid_target');
  });
});

test('without a permission nobody exchanges anything', async () => {
  const database = await testDatabases().at(-1)?.create();
  if (!database) throw new Error('there is no database');
  const auth = await startAuth(database, { SERVICE_CLIENT_SECRETS, TOKEN_EXCHANGE: '' });
  expect((await exchange(auth, await accessToken(auth, 'alice'))).body.error).toBe('unauthorized_client');
  await auth.close();
  await database.drop();
});
