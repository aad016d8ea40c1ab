import { type Confirmation, RequestKey, readSignatureKey, signRequest } from '@waybill/auth';
import { demoPassword } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import type { Shop } from '@waybill/shop';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { Deployment } from './deployment.js';
import { type Answer, send } from './http.js';

const books = { items: [{ sku: 'BOOK-1', quantity: 2 }], paymentMethod: 'pm_card_visa' };
const secret = 'the-secret-of-both-services-in-this-test';
const gatewayKey = `gateway/k1:${'g'.repeat(32)}`;
const settings = {
  SERVICE_CLIENT_SECRETS: `order:${secret},payment:${secret}`,
  SERVICE_CLIENT_SECRET: secret,
  SIGNATURE_KEYS: `order/k1:${'o'.repeat(32)},${gatewayKey}`,
};
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe.each(testDatabases())('the shop that exchanges tokens, on the $kind database', (kind) => {
  let deployment: Deployment;
  let shop: Shop;

  beforeAll(async () => {
    deployment = await Deployment.prepare(kind, inject('redisUrl'), { ...settings, PAYMENT_AUTHORITY: 'exchange' });
    shop = await deployment.start();
  });

  afterAll(async () => {
    await shop?.stop();
    await deployment?.remove();
  });

  const signIn = async () => (await signInAt(shop)).access;
  const placeOrder = (token: string) => send(`${shop.urls.order}/place-order`, { token, json: books });
  const exchanges = (token: string) => exchangesIn(deployment, token);

  test('has order charge with a token of its own for that, once for each token that it was sent', async () => {
    const token = await signIn();
    const [first, second] = [await placeOrder(token), await placeOrder(token)];
    expect([first.status, second.status]).toEqual([201, 201]);
    const { id } = first.body.payment as { id: string };
    const payment = await send(`${shop.urls.payment}/payments/${id}`, { token });
    expect(payment).toMatchObject({ status: 200, body: { orderId: first.body.id, status: 'succeeded' } });
    expect(exchanges(token)).toMatchObject([
      { subject: 'alice', client: 'order', audience: 'payment.service', scope: 'payment.create' },
    ]);
  });

  test('refuses at payment what came of a token that was revoked', async () => {
    const token = await signIn();
    const placed = await placeOrder(token);
    const { id } = placed.body.payment as { id: string };
    const exchanged = String((await exchange(shop, token)).body.access_token);
    const read = (bearer: string) => send(`${shop.urls.payment}/payments/${id}`, { token: bearer });
    expect(await read(exchanged)).toMatchObject({ status: 200, body: { id } });
    await send(`${shop.urls.auth}/revoke`, { form: { client_id: 'shop', token } });
    await vi.waitFor(async () => expect((await read(exchanged)).status).toBe(401), 10_000);
    await vi.waitFor(async () => expect((await placeOrder(token)).status).toBe(401), 10_000);
    expect((await exchange(shop, token)).body.error).toBe('invalid_request');
  });

  test('gives money back on the authority of who asks for it', async () => {
    const { body: order } = await placeOrder(await signIn());
    const { access: staff } = await signInAt(shop, 'dora');
    const refunded = await send(`${shop.urls.order}/orders/${order.id}/refunds`, { token: staff, json: {} });
    expect(refunded).toMatchObject({ status: 201, body: { status: 'succeeded' } });
    expect(exchanges(staff)).toMatchObject([{ subject: 'dora', scope: 'payment.refund' }]);
  });

  test('tells no token in any log', async () => {
    const log = deployment.log.join('\n');
    expect(log).toContain('a token was exchanged');
    expect(log).not.toMatch(/eyJ[\w-]{10,}\.[\w-]{10,}/);
    expect(log).not.toContain(secret);
  });
});

/** Only there can a running shop's database be written to. */
describe.each(testDatabases().filter(({ kind }) => kind === 'postgres'))('the shop that relays tokens', (kind) => {
  let deployment: Deployment;
  let shop: Shop;

  beforeAll(async () => {
    deployment = await Deployment.prepare(kind, inject('redisUrl'), settings);
    shop = await deployment.start();
  });

  afterAll(async () => {
    await shop?.stop();
    await deployment?.remove();
  });

  /** Order's own key signs for order alone: here it is a gateway in front of it that does. */
  async function placeSigned(token: string): Promise<Answer> {
    const url = new URL(`${shop.urls.order}/place-order`);
    const body = JSON.stringify(books);
    const fields = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const message = { method: 'POST', authority: url.host, target: url.pathname, fields };
    const proof = signRequest(message, Buffer.from(body), new RequestKey(readSignatureKey(gatewayKey)));
    const response = await fetch(url, { method: 'POST', body, headers: { ...fields, ...proof } });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  }

  test('exchanges one that is bound to a key, and that is of no use without the key', async () => {
    const confirmation: Confirmation = { signatureKeyId: 'gateway/k1' };
    const bound = await boundToken(confirmation);
    expect(claimsOf(bound).cnf).toEqual({ kid: 'gateway/k1' });
    expect(await placeSigned(bound)).toMatchObject({ status: 201, body: { status: 'confirmed' } });
    expect(exchangesIn(deployment, bound)).toMatchObject([{ scope: 'payment.create' }]);
    const unsigned = await send(`${shop.urls.order}/place-order`, { token: bound, json: books });
    expect(unsigned).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
    expect((await exchange(shop, bound)).body.error).toBe('invalid_request');
  });

  test('relays one that is bound to nothing', async () => {
    const { access: token } = await signInAt(shop);
    expect((await send(`${shop.urls.order}/place-order`, { token, json: books })).status).toBe(201);
    expect(exchangesIn(deployment, token)).toEqual([]);
  });

  /** A token of a session that was bound when it was opened. */
  async function boundToken(confirmation: Confirmation): Promise<string> {
    const { access, refresh } = await signInAt(shop);
    const { sid } = claimsOf(access);
    await deployment.query(
      'auth',
      `update sessions set confirmation = '${JSON.stringify(confirmation)}' where sid = '${sid}' returning sid`,
    );
    const form = { grant_type: 'refresh_token', refresh_token: refresh, client_id: 'shop' };
    return String((await send(`${shop.urls.auth}/token`, { form })).body.access_token);
  }
});

async function signInAt({ urls }: Shop, username = 'alice'): Promise<{ access: string; refresh: string }> {
  const { body } = await send(`${urls.auth}/login`, { json: { username, password: demoPassword } });
  return { access: String(body.access_token), refresh: String(body.refresh_token) };
}

/** As order does, for one that may look at payments, and without a key. */
function exchange({ urls }: Shop, token: string): Promise<Answer> {
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    audience: 'payment.service',
    scope: 'payment.read',
  };
  return send(`${urls.auth}/token`, { form: { ...form, client_id: 'order', client_secret: secret } });
}

/** What auth's log tells of exchanges of a token. */
function exchangesIn({ log }: Deployment, token: string): Record<string, unknown>[] {
  const told = log.filter((line) => line.startsWith('auth ') && line.includes('a token was exchanged'));
  const entries = told.map((line) => JSON.parse(line.slice('auth '.length)) as Record<string, unknown>);
  return entries.filter(({ subjectTokenId }) => subjectTokenId === claimsOf(token).jti);
}
