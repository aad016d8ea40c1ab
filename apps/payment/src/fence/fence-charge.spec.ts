import { randomUUID } from 'node:crypto';
import { type ChargeFence, chargeFence, payment } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { claims } from '../claim/claim.table.js';
import { sandboxCharges } from '../gateway/sandbox-charge.table.js';
import { payments } from '../payment/payment.table.js';
import { type PaymentServiceFixture, startPaymentService } from '../payment-service.fixture.js';

describe.each(testDatabases())('on the $kind database', (kind) => {
  let service: PaymentServiceFixture;
  let orderId: string;

  beforeAll(async () => {
    service = await startPaymentService(kind);
    return () => service.close();
  });

  const nextOrder = () => {
    orderId = randomUUID();
    return orderId;
  };
  const charge = (paymentMethod = 'pm_card_visa') =>
    service.chargeAs('alice', { orderId, amount: { amount: 1250, currency: 'EUR' }, paymentMethod });
  const fence = async (): Promise<ChargeFence> => {
    const { status, body } = await service.fence('PUT', `by-order/${orderId}`);
    expect(status).toBe(200);
    return chargeFence.strict().parse(body);
  };
  const chargesOf = (order: string) =>
    service.db.select().from(sandboxCharges).where(eq(sandboxCharges.idempotencyKey, order));

  test('an order that was not charged is never charged any more', async () => {
    nextOrder();
    const settled = await fence();
    expect(settled).toEqual({ orderId, outcome: 'not_charged', payment: null, declineReason: null });
    expect(await charge()).toMatchObject({ status: 409, body: { code: 'order_fenced' } });
    expect(await fence()).toEqual(settled);
    expect(await chargesOf(orderId)).toEqual([]);
    expect(await service.db.select().from(payments).where(eq(payments.orderId, orderId))).toEqual([]);
  });

  test('an order that was charged stays charged, and the answer names the payment', async () => {
    nextOrder();
    const made = payment.parse((await charge()).body);
    const settled = await fence();
    expect(settled).toEqual({ orderId, outcome: 'charged', payment: made, declineReason: null });
    expect(await charge()).toMatchObject({ status: 201, body: made });
    expect(await fence()).toEqual(settled);
  });

  test('an order whose payment was refunded since was charged all the same', async () => {
    nextOrder();
    const made = payment.parse((await charge()).body);
    expect((await service.refund(made.id, randomUUID(), 1250)).status).toBe(201);
    expect(await fence()).toMatchObject({ outcome: 'charged', payment: { id: made.id, status: 'refunded' } });
  });

  test('an order whose charge was declined is not charged, and the answer says why', async () => {
    nextOrder();
    await charge('pm_card_chargeDeclinedLostCard');
    expect(await fence()).toMatchObject({
      outcome: 'not_charged',
      payment: { orderId, status: 'declined' },
      declineReason: 'lost_card',
    });
  });

  test.each([
    ['charged', 'pm_card_visa'],
    ['not_charged', 'pm_card_chargeDeclined'],
  ])('an open intent is brought to its decision first: %s', async (outcome, paymentMethod) => {
    const intent = { id: randomUUID(), orderId: nextOrder(), issuer: service.issuer.url, subject: 'alice' };
    await service.db.insert(payments).values({ ...intent, amount: 1250, currency: 'EUR', paymentMethod });
    expect(await service.fence('GET', `by-order/${orderId}`)).toMatchObject({ status: 404 });
    expect(await fence()).toMatchObject({ outcome, payment: { id: intent.id } });
    expect(await chargesOf(orderId)).toHaveLength(1);
  });

  test('reading settles nothing, and tells what is settled', async () => {
    nextOrder();
    const unknown = await service.fence('GET', `by-order/${orderId}`);
    expect(unknown).toMatchObject({ status: 404, body: { code: 'fence_not_found' } });
    expect(await service.db.select().from(claims).where(eq(claims.id, orderId))).toEqual([]);
    const settled = await fence();
    expect(await service.fence('GET', `by-order/${orderId}`)).toMatchObject({ status: 200, body: settled });
  });

  test('reading tells of a charge that nobody has fenced', async () => {
    nextOrder();
    const made = payment.parse((await charge()).body);
    const { status, body } = await service.fence('GET', `by-order/${orderId}`);
    expect([status, body]).toEqual([200, { orderId, outcome: 'charged', payment: made, declineReason: null }]);
  });

  test('of charges and fences that come at once, all agree on one outcome', async () => {
    for (let round = 0; round < 4; round++) {
      nextOrder();
      const [answers, fences] = await Promise.all([
        Promise.all(Array.from({ length: 16 }, () => charge())),
        Promise.all(Array.from({ length: 16 }, fence)),
      ]);
      const [first] = fences;
      for (const each of fences) expect(each).toEqual(first);
      const charged = first?.outcome === 'charged';
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([charged ? 201 : 409]));
      expect(await chargesOf(orderId)).toHaveLength(charged ? 1 : 0);
    }
  });

  test('needs payment.settle', async () => {
    nextOrder();
    const request = { method: 'PUT', path: `/payments/by-order/${orderId}/fence` } as const;
    expect(await service.relay('alice', ['payment.create'], request)).toMatchObject({ status: 403 });
    expect(await service.db.select().from(claims).where(eq(claims.id, orderId))).toEqual([]);
  });

  test.each(['GET', 'PUT'])('%s needs the signature of order', async (method) => {
    nextOrder();
    const answer = await service.send(`/payments/by-order/${orderId}/fence`, { method }, ['payment.settle']);
    expect(answer).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
    expect(await service.db.select().from(claims).where(eq(claims.id, orderId))).toEqual([]);
  });

  test('refuses an id that is none', async () => {
    expect(await service.fence('PUT', 'by-order/1')).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
  });
});
