import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testDatabases } from '@waybill/database/testing';
import { count } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type OrderServiceFixture, startOrderService } from '../order-service.fixture.js';
import { orders } from '../orders/order.table.js';
import { answers, charges, type PaymentStandIn, startPaymentStandIn } from '../payment-stand-in.fixture.js';

const body = { items: [{ sku: 'PEN-1', quantity: 1 }], paymentMethod: 'pm_card_visa' };

describe.each(testDatabases())('on the $kind database, when payment is away', (kind) => {
  let payment: PaymentStandIn;
  let service: OrderServiceFixture;

  beforeAll(async () => {
    payment = await startPaymentStandIn();
    return () => payment.close();
  });

  beforeEach(async () => {
    payment.behave(charges);
    payment.received.length = 0;
    service = await startOrderService(kind, { PAYMENT_URL: payment.url, PAYMENT_TIMEOUT_MS: '1000' });
    return () => service.close();
  });

  test('a connection that breaks is tried again, signed anew, and the order is confirmed', async () => {
    payment.behave((response, charge) => {
      if (payment.received.length === 1) response.destroy();
      else charges(response, charge);
    });
    expect((await service.place(body)).status).toBe(201);
    const [first, second] = payment.received.map(({ headers }) => headers);
    expect(payment.received).toHaveLength(2);
    expect(second?.['idempotency-key']).toBe(first?.['idempotency-key']);
    expect(second?.signature).not.toBe(first?.signature);
  });

  test('all attempts together take no longer than one may', async () => {
    payment.behave((response) => setTimeout(() => response.destroy(), 200));
    expect((await service.place(body)).status).toBe(202);
    const [first = 0, second = 0] = payment.received.map(({ headers }) => Number(headers['request-timeout-ms']));
    expect(first).toBeLessThanOrEqual(1000);
    expect(second).toBeLessThanOrEqual(first - 200);
    expect(payment.received.length).toBeLessThanOrEqual(3);
  });

  test('a caller that waits no longer is refused before anything is stored', async () => {
    const before = await countOrders();
    const answer = await service.place(body, {}, { 'request-timeout-ms': '20' });
    expect(answer).toMatchObject({ status: 503, body: { code: 'no_time_left' } });
    expect(await countOrders()).toBe(before);
    expect(payment.received).toEqual([]);
  });

  test('a caller that waits less than payment may take is answered in its time', async () => {
    payment.behave(() => undefined);
    expect((await service.place(body, {}, { 'request-timeout-ms': '300' })).status).toBe(202);
    expect(Number(payment.received[0]?.headers['request-timeout-ms'])).toBeLessThanOrEqual(300);
  });

  test('an answer, whichever, is not asked for again', async () => {
    payment.behave(answers(503, { code: 'gateway_undecided' }));
    expect((await service.place(body)).status).toBe(202);
    expect(payment.received).toHaveLength(1);
  });

  test('orders are refused with 503 and nothing is stored, until it is back', { timeout: 30_000 }, async () => {
    const known = { 'idempotency-key': 'placed-before' };
    const before = await service.place(body, {}, known);
    payment.behave(answers(500, {}));
    for (let failures = 0; failures < 20; failures++) await service.place(body);
    const stored = await countOrders();
    const refused = await service.place(body);
    expect(refused).toMatchObject({ status: 503, body: { code: 'payment_unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await countOrders()).toBe(stored);
    expect((await service.place(body, {}, known)).text).toBe(before.text);
    payment.behave(charges);
    await vi.waitUntil(async () => (await service.place(body)).status === 201, { timeout: 10_000, interval: 200 });
  });

  async function countOrders(): Promise<number> {
    const [row] = await service.db.select({ orders: count() }).from(orders);
    return row?.orders ?? 0;
  }
});

test('many failures do not become many more requests', { timeout: 30_000 }, async () => {
  const [kind] = testDatabases();
  let asked = 0;
  const broken = createServer((_, response) => {
    asked++;
    response.destroy();
  }).listen(0, '127.0.0.1');
  await once(broken, 'listening');
  const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
  const service = await startOrderService(kind as never, { PAYMENT_URL: url, PAYMENT_TIMEOUT_MS: '2000' });
  for (let orders = 0; orders < 19; orders++) await service.place(body);
  await service.close();
  broken.close();
  expect(asked).toBeLessThanOrEqual(19 + 10 + 4);
});
