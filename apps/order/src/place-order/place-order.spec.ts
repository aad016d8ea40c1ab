import { randomUUID } from 'node:crypto';
import { Audience, order, orderDeclined, Scope } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { count } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OrderServiceFixture, startOrderService } from '../order-service.fixture.js';
import { orders } from '../orders/order.table.js';
import { answers, charges, type PaymentStandIn, paymentOf, startPaymentStandIn } from '../payment-stand-in.fixture.js';

const body = { items: [{ sku: 'BOOK-1', quantity: 2 }], paymentMethod: 'pm_card_visa' };

describe.each(testDatabases())('on the $kind database', (kind) => {
  let payment: PaymentStandIn;
  let service: OrderServiceFixture;

  beforeAll(async () => {
    payment = await startPaymentStandIn();
    service = await startOrderService(kind, { PAYMENT_URL: payment.url, PAYMENT_TIMEOUT_MS: '10000' });
    return async () => {
      await service.close();
      await payment.close();
    };
  });

  beforeEach(() => {
    payment.behave(charges);
    payment.received.length = 0;
  });

  async function stored(): Promise<number> {
    const [row] = await service.db.select({ orders: count() }).from(orders);
    return row?.orders ?? 0;
  }

  async function statusOf(id: unknown): Promise<unknown> {
    return (await service.get(`/orders/${id}`)).body.status;
  }

  test('confirms an order that was charged', async () => {
    const answer = await service.place(body);
    expect(answer.status).toBe(201);
    const placed = order.parse(answer.body);
    expect(placed).toMatchObject({
      status: 'confirmed',
      items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1999 }],
      total: { amount: 3998, currency: 'EUR' },
      payment: { status: 'succeeded' },
    });
    expect(answer.headers.get('location')).toBe(`/orders/${placed.id}`);
    expect((await service.get(`/orders/${placed.id}`)).body).toEqual(answer.body);
  });

  test('asks payment once, with the caller’s own token, its signature, and the order as idempotency key', async () => {
    const { body: placed } = await service.place(body);
    expect(payment.received).toHaveLength(1);
    const [asked] = payment.received;
    expect(asked?.body).toEqual({
      orderId: placed.id,
      amount: { amount: 3998, currency: 'EUR' },
      paymentMethod: 'pm_card_visa',
    });
    expect(asked?.headers['idempotency-key']).toBe(placed.id);
    expect(asked?.headers['signature-input']).toContain('keyid="order/k1"');
    const [, claims = ''] = asked?.headers.authorization?.split('.') ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ sub: 'alice' });
  });

  test('cancels an order whose charge was declined, and says so with 402', async () => {
    payment.behave((response, charge) =>
      answers(402, {
        status: 402,
        code: 'payment_declined',
        detail: 'The gateway declined the charge.',
        declineReason: 'insufficient_funds',
        paymentId: randomUUID(),
        orderId: charge.orderId,
      })(response, charge),
    );
    const answer = await service.place(body);
    expect(answer.status).toBe(402);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const declined = orderDeclined.parse(answer.body);
    expect(declined.declineReason).toBe('insufficient_funds');
    expect(answer.headers.get('location')).toBe(`/orders/${declined.orderId}`);
    const { body: cancelled } = await service.get(`/orders/${declined.orderId}`);
    expect(cancelled).toMatchObject({ status: 'cancelled', payment: { status: 'declined' } });
  });

  test.each([
    ['refuses the token', 401, { code: 'invalid_token' }, 401, 'invalid_token'],
    ['misses a scope', 403, { code: 'insufficient_scope', scope: 'payment.create' }, 403, 'insufficient_scope'],
    ['does not accept order itself', 401, { code: 'signature_invalid' }, 503, 'hop_misconfigured'],
  ])('passes on that payment %s, and the order stays pending', async (_, refusal, problem, status, code) => {
    payment.behave(answers(refusal, problem));
    const answer = await service.place(body);
    expect(answer).toMatchObject({ status, body: { code, hop: Audience.Payment } });
    expect(await statusOf(payment.received[0]?.body.orderId)).toBe('pending');
  });

  test('refuses a token that does not reach payment before anything is stored or sent', async () => {
    const before = await stored();
    const answer = await service.place(body, { audience: [Audience.Order] });
    expect(answer).toMatchObject({ status: 403, body: { code: 'audience_missing' } });
    expect(await stored()).toBe(before);
    expect(payment.received).toEqual([]);
  });

  test('refuses who may order but not pay, naming the scopes of the whole flow, with nothing stored', async () => {
    const before = await stored();
    const answer = await service.place(body, { subject: 'carol', scopes: [Scope.OrderRead, Scope.OrderWrite] });
    expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    expect(answer.headers.get('www-authenticate')).toContain('scope="order.write payment.create"');
    expect(await stored()).toBe(before);
  });

  test('holds no connection to its database while payment takes its time', async () => {
    const held: (() => void)[] = [];
    payment.behave((response, charge) => void held.push(() => charges(response, charge)));
    const slow = Promise.all(Array.from({ length: 10 }, () => service.place(body)));
    await expect.poll(() => held.length).toBe(10);
    expect((await service.get('/orders?limit=200')).status).toBe(200);
    for (const release of held) release();
    expect((await slow).map(({ status }) => status)).toEqual(Array(10).fill(201));
  });

  test('asked about one order, an answer about another decides nothing', async () => {
    payment.behave((response, charge) =>
      answers(201, paymentOf({ ...charge, orderId: randomUUID() }))(response, charge),
    );
    expect((await service.place(body)).status).toBe(202);
  });
});
