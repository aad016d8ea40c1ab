import { demoPassword } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import type { Shop } from '@waybill/shop';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Deployment } from './deployment.js';
import { send } from './http.js';

const books = { items: [{ sku: 'BOOK-1', quantity: 1 }], paymentMethod: 'pm_card_visa' };

/** Everything runs on this machine, which says as a proxy would where a request comes from. */
const from = (address: string) => ({ 'x-forwarded-for': address });

describe.each(testDatabases())('bound tokens in the shop on the $kind database', (kind) => {
  let deployment: Deployment;
  let shop: Shop;

  beforeAll(async () => {
    deployment = await Deployment.prepare(kind, inject('redisUrl'));
    shop = await deployment.start({ TRUSTED_PROXIES: '127.0.0.1' });
  });

  afterAll(async () => {
    await shop?.stop();
    await deployment?.remove();
  });

  const signIn = async (more: object = {}, headers = {}) => {
    const json = { username: 'alice', password: demoPassword, ...more };
    return String((await send(`${shop.urls.auth}/login`, { json, headers })).body.access_token);
  };

  test('a token that is bound to an address pays for an order from there, and elsewhere nothing is stored', async () => {
    const token = await signIn({ bindAddress: true }, from('203.0.113.7'));
    const placeOrder = (address: string) =>
      send(`${shop.urls.order}/place-order`, { token, json: books, headers: from(address) });
    expect(await placeOrder('203.0.113.7')).toMatchObject({ status: 201, body: { status: 'confirmed' } });
    expect(await placeOrder('198.51.100.1')).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    expect(await placeOrder('203.0.113.7, 198.51.100.1')).toMatchObject({ status: 401 });
    const orders = await send(`${shop.urls.order}/orders`, { token, headers: from('203.0.113.7') });
    expect(orders.body.items).toHaveLength(1);
  });

  test('a token with a second key pays for an order: order exchanges it, as payment has not got the key', async () => {
    const { body } = await send(`${shop.urls.auth}/second-keys`, {
      token: await signIn(),
      json: { password: demoPassword },
    });
    const token = String(body.access_token);
    const placeOrder = (headers = {}) => send(`${shop.urls.order}/place-order`, { token, json: books, headers });
    expect(await placeOrder()).toMatchObject({ status: 401, body: { code: 'second_key_invalid' } });
    expect(await placeOrder({ 'second-key': String(body.second_key) })).toMatchObject({
      status: 201,
      body: { status: 'confirmed' },
    });
  });

  test('a token with a second key works with it at each service, and is worth nothing without', async () => {
    const json = { password: demoPassword, scope: 'order.read payment.read' };
    const { body } = await send(`${shop.urls.auth}/second-keys`, { token: await signIn(), json });
    const [token, key] = [String(body.access_token), String(body.second_key)];
    const orders = (headers = {}) => send(`${shop.urls.order}/orders`, { token, headers });
    const payment = (headers = {}) => send(`${shop.urls.payment}/payments/none`, { token, headers });
    expect((await orders({ 'second-key': key })).status).toBe(200);
    expect((await payment({ 'second-key': key })).status).not.toBe(401);
    for (const refused of [await orders(), await payment(), await orders({ 'second-key': `${key}x` })])
      expect(refused).toMatchObject({ status: 401, body: { code: 'second_key_invalid' } });
    expect(deployment.log.join('\n')).not.toContain(key);
  });
});
