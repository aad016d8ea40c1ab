import { randomUUID } from 'node:crypto';
import { Audience, refund } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type OrderServiceFixture, startOrderService } from '../order-service.fixture.js';
import {
  answers,
  charges,
  fencedUnrefunded,
  type PaymentStandIn,
  refundsOf,
  startPaymentStandIn,
} from '../payment-stand-in.fixture.js';

const body = { items: [{ sku: 'PEN-1', quantity: 1 }], paymentMethod: 'pm_card_visa' };
const euros = (amount: number) => ({ amount: { amount, currency: 'EUR' } });

describe.each(testDatabases())('on the $kind database, a refund', (kind) => {
  let payment: PaymentStandIn;
  let service: OrderServiceFixture;

  beforeAll(async () => {
    payment = await startPaymentStandIn();
    service = await startOrderService(kind, { PAYMENT_URL: payment.url, PAYMENT_TIMEOUT_MS: '1000' });
    return async () => {
      await service.close();
      await payment.close();
    };
  });

  beforeEach(() => {
    payment.behave(charges);
    payment.refunds.length = 0;
  });

  /** An order that was charged 300, by whose payment the stand-in makes refunds. */
  async function paidOrder(): Promise<string> {
    const placed = await service.place(body);
    expect(placed.status).toBe(201);
    payment.behaveAtRefunds(refundsOf((placed.body.payment as { id: string }).id));
    return String(placed.body.id);
  }

  const paymentStatusOf = async (id: string) =>
    ((await service.get(`/orders/${id}`)).body.payment as { status: string }).status;

  test('of everything gives everything back, on the caller’s own authority, signed, under the refund’s id', async () => {
    const id = await paidOrder();
    const answer = await service.refund(id, {});
    expect(answer.status).toBe(201);
    const made = refund.parse(answer.body);
    expect(made).toMatchObject({ orderId: id, status: 'succeeded', ...euros(300) });
    expect(answer.headers.get('location')).toBe(`/orders/${id}/refunds/${made.id}`);
    expect(await paymentStatusOf(id)).toBe('refunded');
    const [asked] = payment.refunds;
    expect(asked?.body).toEqual({ refundId: made.id, ...euros(300) });
    expect(asked?.headers['idempotency-key']).toBe(made.id);
    expect(asked?.headers['signature-input']).toContain('keyid="order/k1"');
    const [, claims = ''] = asked?.headers.authorization?.split('.') ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ sub: 'dora' });
  });

  test('without a body is one of everything', async () => {
    const id = await paidOrder();
    expect(await service.refund(id, undefined)).toMatchObject({ status: 201, body: euros(300) });
  });

  test('may be partial, as money or in minor units, until nothing is left', async () => {
    const id = await paidOrder();
    expect(await service.refund(id, euros(100))).toMatchObject({ status: 201, body: euros(100) });
    expect(await paymentStatusOf(id)).toBe('partially_refunded');
    expect(await service.refund(id, { amount: 50 })).toMatchObject({ status: 201, body: euros(50) });
    const tooMuch = await service.refund(id, euros(151));
    expect(tooMuch).toMatchObject({ status: 422, body: { code: 'refund_exceeds_charge', left: 150 } });
    expect(await service.refund(id, {})).toMatchObject({ status: 201, body: euros(150) });
    expect(await paymentStatusOf(id)).toBe('refunded');
    expect(await service.refund(id, {})).toMatchObject({
      status: 422,
      body: { code: 'refund_exceeds_charge', left: 0 },
    });
  });

  test('never exceeds the charge, however many come at once', async () => {
    const id = await paidOrder();
    const all = await Promise.all(Array.from({ length: 20 }, () => service.refund(id, euros(90))));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(all.filter(({ status }) => status === 422)).toHaveLength(17);
  });

  test('is made once for one key, and its answer is replayed', async () => {
    const id = await paidOrder();
    const headers = { 'idempotency-key': randomUUID() };
    const all = await Promise.all(Array.from({ length: 16 }, () => service.refund(id, euros(10), {}, headers)));
    expect(all.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    const again = await service.refund(id, euros(10), {}, headers);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(new Set(all.filter(({ status }) => status === 201).map(({ text }) => text))).toEqual(new Set([again.text]));
    expect(payment.refunds).toHaveLength(1);
    expect(await service.refund(id, euros(11), {}, headers)).toMatchObject({ status: 422 });
    expect(await service.refund(await paidOrder(), euros(10), {}, headers)).toMatchObject({ status: 422 });
  });

  test('that the gateway declines is answered 402, and can be asked for again', async () => {
    const id = await paidOrder();
    payment.behaveAtRefunds((response, { refundId }) => {
      const problem = { status: 402, code: 'refund_declined', detail: 'No.', declineReason: 'expired_card' };
      answers(402, { ...problem, refundId, paymentId: randomUUID() })(response, undefined);
    });
    const declined = await service.refund(id, {});
    expect(declined).toMatchObject({ status: 402, body: { code: 'refund_declined', declineReason: 'expired_card' } });
    expect(await paymentStatusOf(id)).toBe('succeeded');
    expect(await service.refund(id, {})).toMatchObject({ status: 402 });
  });

  test('whose answer is lost is pending, counts, and is settled by payment’s fence', { timeout: 30_000 }, async () => {
    const id = await paidOrder();
    payment.behaveAtRefunds((response) => response.destroy());
    const headers = { 'idempotency-key': randomUUID() };
    const pending = await service.refund(id, euros(200), {}, headers);
    expect(pending).toMatchObject({ status: 202, body: { status: 'pending' } });
    const location = pending.headers.get('location') ?? '';
    const as = { subject: 'dora', scopes: ['order.refund' as const] };
    expect((await service.get(location, as)).body).toEqual(pending.body);
    expect(await service.refund(id, euros(101))).toMatchObject({ status: 422, body: { left: 100 } });
    payment.behaveAtFences(fencedUnrefunded);
    await vi.waitUntil(async () => (await service.get(location, as)).body.status !== 'pending', { timeout: 25_000 });
    expect((await service.get(location, as)).body.status).toBe('cancelled');
    const final = await service.refund(id, euros(200), {}, headers);
    expect(final).toMatchObject({ status: 409, body: { code: 'refund_cancelled' } });
  });

  test('needs an order that was charged', async () => {
    payment.behave(answers(500, {}));
    const { body: undecided } = await service.place(body);
    expect(await service.refund(undecided.id, {})).toMatchObject({
      status: 409,
      body: { code: 'order_not_refundable' },
    });
    expect(await service.refund(randomUUID(), {})).toMatchObject({ status: 404, body: { code: 'order_not_found' } });
    expect(await service.refund('no-id', {})).toMatchObject({ status: 404, body: { code: 'order_not_found' } });
    expect(payment.refunds).toEqual([]);
  });

  test('needs both scopes and a token that reaches payment', async () => {
    const id = await paidOrder();
    const shopper = await service.refund(id, {}, { scopes: ['order.read', 'order.write', 'payment.create'] });
    expect(shopper).toMatchObject({ status: 403, body: { scope: 'order.refund payment.refund' } });
    const short = await service.refund(id, {}, { audience: [Audience.Order] });
    expect(short).toMatchObject({ status: 403, body: { code: 'audience_missing' } });
    expect(payment.refunds).toEqual([]);
  });

  test.each([
    ['nothing', euros(0)],
    ['less than nothing', { amount: -5 }],
    ['a fraction', { amount: 1.5 }],
    ['another currency', { amount: { amount: 5, currency: 'USD' } }],
    ['something unknown', { sum: 5 }],
    ['a list', []],
  ])('of %s is refused with 400', async (_, asked) => {
    expect((await service.refund(randomUUID(), asked)).status).toBe(400);
  });
});
