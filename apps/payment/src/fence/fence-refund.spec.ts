import { randomUUID } from 'node:crypto';
import { payment, refundFence } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sandboxRefunds } from '../gateway/sandbox-refund.table.js';
import { type PaymentServiceFixture, startPaymentService } from '../payment-service.fixture.js';

describe.each(testDatabases())('on the $kind database', (kind) => {
  let service: PaymentServiceFixture;
  let refundId: string;

  beforeAll(async () => {
    service = await startPaymentService(kind);
    return () => service.close();
  });

  beforeEach(() => {
    refundId = randomUUID();
  });

  async function charged(paymentMethod = 'pm_card_visa'): Promise<string> {
    const body = { orderId: randomUUID(), amount: { amount: 1000, currency: 'EUR' }, paymentMethod };
    return payment.parse((await service.chargeAs('alice', body)).body).id;
  }

  async function fence() {
    const { status, body } = await service.fence('PUT', `by-refund/${refundId}`);
    expect(status).toBe(200);
    return refundFence.strict().parse(body);
  }

  test('a refund that was not made is never made any more', async () => {
    const id = await charged();
    const settled = await fence();
    expect(settled).toEqual({ refundId, outcome: 'not_refunded', refund: null, declineReason: null });
    expect(await service.refund(id, refundId, 100)).toMatchObject({ status: 409, body: { code: 'refund_fenced' } });
    expect(await fence()).toEqual(settled);
    expect((await service.refund(id, randomUUID(), 1000)).status).toBe(201);
  });

  test('a refund that was made stays made', async () => {
    const { body } = await service.refund(await charged(), refundId, 100);
    expect(await fence()).toEqual({ refundId, outcome: 'refunded', refund: body, declineReason: null });
  });

  test('a refund that was declined is not made, and the answer says why', async () => {
    await service.refund(await charged('pm_card_refundFail'), refundId, 100);
    expect(await fence()).toMatchObject({
      outcome: 'not_refunded',
      refund: { status: 'declined' },
      declineReason: 'expired_or_canceled_card',
    });
  });

  test('an open refund is brought to its decision first', async () => {
    const id = await charged('pm_card_refundAnswerLost');
    expect((await service.refund(id, refundId, 100)).status).toBe(503);
    expect((await service.fence('GET', `by-refund/${refundId}`)).status).toBe(404);
    expect(await fence()).toMatchObject({ outcome: 'refunded', refund: { id: refundId, paymentId: id } });
    const made = await service.db.select().from(sandboxRefunds).where(eq(sandboxRefunds.idempotencyKey, refundId));
    expect(made).toHaveLength(1);
  });

  test('reading settles nothing, and tells what is settled', async () => {
    const unknown = await service.fence('GET', `by-refund/${refundId}`);
    expect(unknown).toMatchObject({ status: 404, body: { code: 'fence_not_found' } });
    const settled = await fence();
    expect(await service.fence('GET', `by-refund/${refundId}`)).toMatchObject({ status: 200, body: settled });
  });

  test('of refunds and fences that come at once, all agree on one outcome', async () => {
    const id = await charged();
    const [answers, fences] = await Promise.all([
      Promise.all(Array.from({ length: 16 }, () => service.refund(id, refundId, 100))),
      Promise.all(Array.from({ length: 16 }, fence)),
    ]);
    for (const each of fences) expect(each).toEqual(fences[0]);
    const made = fences[0]?.outcome === 'refunded';
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([made ? 201 : 409]));
  });

  test.each(['GET', 'PUT'])('%s needs the signature of order', async (method) => {
    const answer = await service.send(`/payments/by-refund/${refundId}/fence`, { method }, ['payment.settle']);
    expect(answer).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
  });
});
