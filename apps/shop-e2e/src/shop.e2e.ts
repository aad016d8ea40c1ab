import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoPassword } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import type { Shop } from '@waybill/shop';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { Deployment } from './deployment.js';
import { type Answer, type Sent, send } from './http.js';

const books = { items: [{ sku: 'BOOK-1', quantity: 2 }], paymentMethod: 'pm_card_visa' };
const bothScopes = 'order.write payment.create';

describe.each(testDatabases())('the shop on the $kind database', (kind) => {
  let deployment: Deployment;
  let shop: Shop;
  const secrets: string[] = [demoPassword];

  beforeAll(async () => {
    deployment = await Deployment.prepare(kind, inject('redisUrl'));
    shop = await deployment.start();
  });

  afterAll(async () => {
    await shop?.stop();
    await deployment?.remove();
  });

  async function signIn(username: string, scope?: string): Promise<{ access: string; refresh: string }> {
    const answer = await send(`${shop.urls.auth}/login`, { json: { username, password: demoPassword, scope } });
    expect(answer.status).toBe(200);
    const [access, refresh] = [String(answer.body.access_token), String(answer.body.refresh_token)];
    secrets.push(access, refresh);
    return { access, refresh };
  }

  const placeOrder = (sent: Sent) => send(`${shop.urls.order}/place-order`, { json: books, ...sent });
  const ordersOf = async (token: string) => (await send(`${shop.urls.order}/orders`, { token })).body.items;

  test('alice places an order, and payment has charged it', async () => {
    const { access: token } = await signIn('alice');
    const placed = await placeOrder({ token });
    expect(placed).toMatchObject({
      status: 201,
      body: { status: 'confirmed', total: { amount: 3998, currency: 'EUR' }, payment: { status: 'succeeded' } },
    });
    expect(placed.headers.get('location')).toBe(`/orders/${placed.body.id}`);
    expect((await send(`${shop.urls.order}/orders/${placed.body.id}`, { token })).body).toEqual(placed.body);
    expect(await ordersOf(token)).toEqual([placed.body]);
    const { id } = placed.body.payment as { id: string };
    expect(await send(`${shop.urls.payment}/payments/${id}`, { token })).toMatchObject({
      status: 200,
      body: { id, orderId: placed.body.id, status: 'succeeded', amount: { amount: 3998, currency: 'EUR' } },
    });
  });

  test.each(['bob', 'carol'])('%s is refused with both scopes named, and nothing is stored', async (who) => {
    const { access: token } = await signIn(who);
    const refused = await placeOrder({ token });
    expect(refused).toMatchObject({ status: 403, body: { code: 'insufficient_scope', scope: bothScopes } });
    expect(challenge(refused)).toBe(`error="insufficient_scope", scope="${bothScopes}"`);
    expect(await ordersOf(token)).toEqual([]);
  });

  test('nobody gets in without a token, and the challenge names no error', async () => {
    const refused = await placeOrder({});
    expect(refused).toMatchObject({ status: 401, body: { code: 'credentials_missing' } });
    expect(challenge(refused)).toBe('');
  });

  test('a token that was changed is refused', async () => {
    const [header, payload, signature] = (await signIn('alice')).access.split('.');
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
    const raised = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url');
    const refused = await placeOrder({ token: [header, raised, signature].join('.') });
    expect(refused).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    expect(challenge(refused)).toBe('error="invalid_token"');
  });

  test('a token for another audience is refused', async () => {
    const { access: token } = await signIn('alice', 'order.read order.write');
    const refused = await send(`${shop.urls.payment}/payments/0197f3a0-0000-7000-8000-000000000000`, { token });
    expect(refused).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    expect(challenge(refused)).toBe('error="invalid_token"');
  });

  test('nobody pays around order, whatever the token carries', async () => {
    const { access: token } = await signIn('alice');
    const orderId = '0197f3a0-0000-7000-8000-000000000000';
    const json = { orderId, amount: { amount: 1, currency: 'EUR' }, paymentMethod: 'pm_card_visa' };
    const refused = await send(`${shop.urls.payment}/payments`, { token, json });
    expect(refused).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
    expect(challenge(refused)).toBe('');
    expect(refused.headers.get('accept-signature')).toBeTruthy();
  });

  test('a declined card cancels the order', async () => {
    const { access: token } = await signIn('alice');
    const declined = await placeOrder({ token, json: { ...books, paymentMethod: 'pm_card_chargeDeclined' } });
    expect(declined).toMatchObject({ status: 402, body: { code: 'payment_declined' } });
    const order = await send(`${shop.urls.order}/orders/${declined.body.orderId}`, { token });
    expect(order.body).toMatchObject({ status: 'cancelled', payment: { status: 'declined' } });
  });

  test('an order that is sent twice is placed once', async () => {
    const { access: token } = await signIn('alice');
    const key = randomUUID();
    const [first, second] = [await placeOrder({ token, key }), await placeOrder({ token, key })];
    expect(first.status).toBe(201);
    expect({ status: second.status, body: second.body }).toEqual({ status: 201, body: first.body });
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  test('dora gives money back, never more than was paid, and the books balance', async () => {
    const [shopper, staff, admin] = [await signIn('alice'), await signIn('dora'), await signIn('admin')];
    const { body: order } = await placeOrder({ token: shopper.access });
    const refund = (json: unknown) =>
      send(`${shop.urls.order}/orders/${order.id}/refunds`, { token: staff.access, json });
    const amount = (minorUnits: number) => ({ amount: { amount: minorUnits, currency: 'EUR' } });
    expect(await refund(amount(1000))).toMatchObject({ status: 201, body: { status: 'succeeded', ...amount(1000) } });
    expect(await refund(amount(2999))).toMatchObject({ status: 422, body: { code: 'refund_exceeds_charge' } });
    expect(await refund({})).toMatchObject({ status: 201, body: amount(2998) });
    const { id } = order.payment as { id: string };
    const payment = await send(`${shop.urls.payment}/payments/${id}`, { token: shopper.access });
    expect(payment.body).toMatchObject({ status: 'refunded', refunded: { amount: 3998, currency: 'EUR' } });
    const balance = await send(`${shop.urls.payment}/ledger/balance`, { token: admin.access });
    expect(balance.body).toMatchObject({ balanced: true, sum: 0 });
  });

  test('a refresh token works once, and its successor works', async () => {
    const { refresh } = await signIn('alice');
    const use = (token: string) =>
      send(`${shop.urls.auth}/token`, {
        form: { grant_type: 'refresh_token', refresh_token: token, client_id: 'shop' },
      });
    const renewed = await use(refresh);
    expect(renewed.status).toBe(200);
    secrets.push(String(renewed.body.access_token), String(renewed.body.refresh_token));
    expect(await placeOrder({ token: String(renewed.body.access_token) })).toMatchObject({ status: 201 });
    expect(await use(refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('a service that is killed comes back with its data', async () => {
    const { access: token } = await signIn('alice');
    const before = await ordersOf(token);
    const comings = () => deployment.log.filter((line) => line.startsWith('order ready at')).length;
    const already = comings();
    shop.kill('order');
    await vi.waitUntil(() => comings() > already, { timeout: 30_000 });
    expect(await ordersOf(token)).toEqual(before);
    expect(await placeOrder({ token })).toMatchObject({ status: 201 });
  });

  test('the shop comes back with its data, and the books balance', async () => {
    const { access: token, refresh } = await signIn('alice');
    const before = await ordersOf(token);
    await shop.stop();
    const owners = await deployment.query('order', 'select distinct subject from orders');
    expect(owners).toEqual([{ subject: 'alice' }]);
    const unbalanced = 'select payment_id from ledger_entries group by payment_id having sum(amount) <> 0';
    expect(await deployment.query('payment', unbalanced)).toEqual([]);
    const charged =
      "select id from payments where status = 'succeeded' and id in (select payment_id from ledger_entries)";
    expect(await deployment.query('payment', charged)).toHaveLength(5);
    shop = await deployment.start();
    expect(await ordersOf(token)).toEqual(before);
    const form = { grant_type: 'refresh_token', refresh_token: refresh, client_id: 'shop' };
    const renewed = await send(`${shop.urls.auth}/token`, { form });
    expect(renewed.status).toBe(200);
    secrets.push(String(renewed.body.access_token), String(renewed.body.refresh_token));
  });

  test('no token, password or key stands in any log', async () => {
    await shop.stop();
    const log = deployment.log.join('\n');
    expect(log).toContain('"path":"/place-order"');
    const keys = JSON.parse(await readFile(join(deployment.dataDir, 'development-keys.json'), 'utf8'));
    for (const secret of [...secrets, ...stringsIn(keys)].filter((text) => text.length >= 12))
      expect(log.includes(secret)).toBe(false);
    expect(log).not.toMatch(/eyJ[\w-]{10,}\.[\w-]{10,}/); // the beginning of any token, whoever obtained it
    for (const token of secrets.filter((secret) => secret.split('.').length === 3))
      expect(log.includes(token.split('.')[2] ?? '')).toBe(false);
  });
});

function challenge({ headers }: Answer): string | undefined {
  return headers.get('www-authenticate')?.replace(/^Bearer realm="[^"]*"(, )?/, '');
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
