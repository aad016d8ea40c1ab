import { randomUUID } from 'node:crypto';
import { type Payment, payment, paymentRefund, refundDeclined } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { claims } from '../claim/claim.table.js';
import { sandboxRefunds } from '../gateway/sandbox-refund.table.js';
import { ledgerEntries } from '../ledger/ledger-entry.table.js';
import { payments } from '../payment/payment.table.js';
import { type PaymentServiceFixture, startPaymentService } from '../payment-service.fixture.js';
import { refunds } from './refund.table.js';

describe.each(testDatabases())('on the $kind database', (kind) => {
  let service: PaymentServiceFixture;

  beforeAll(async () => {
    service = await startPaymentService(kind);
    return () => service.close();
  });

  async function charged(paymentMethod = 'pm_card_visa', amount = 1000): Promise<Payment> {
    const body = { orderId: randomUUID(), amount: { amount, currency: 'EUR' }, paymentMethod };
    return payment.parse((await service.chargeAs('alice', body)).body);
  }

  async function read(id: string): Promise<Payment> {
    return payment.parse((await service.send(`/payments/${id}`, {}, ['payment.read'])).body);
  }

  /** What the gateway has given back of a payment. */
  async function givenBack(paymentId: string): Promise<number[]> {
    const rows = await service.db
      .select({ amount: sandboxRefunds.amount })
      .from(sandboxRefunds)
      .innerJoin(payments, eq(payments.gatewayReference, sandboxRefunds.chargeReference))
      .where(and(eq(payments.id, paymentId), eq(sandboxRefunds.outcome, 'succeeded')));
    return rows.map(({ amount }) => amount);
  }

  async function movements(paymentId: string) {
    const rows = await service.db.select().from(ledgerEntries).where(eq(ledgerEntries.paymentId, paymentId));
    return rows.sort((a, b) => a.id - b.id).map(({ account, amount }) => [account, amount]);
  }

  test('gives back a part, then the rest, and the payment says so', async () => {
    const { id } = await charged();
    const refundId = randomUUID();
    const answer = await service.refund(id, refundId, 300);
    expect(answer.status).toBe(201);
    expect(paymentRefund.strict().parse(answer.body)).toMatchObject({
      id: refundId,
      paymentId: id,
      status: 'succeeded',
      amount: { amount: 300, currency: 'EUR' },
    });
    expect(await read(id)).toMatchObject({ status: 'partially_refunded', refunded: { amount: 300 } });
    expect((await service.refund(id, randomUUID(), 700)).status).toBe(201);
    expect(await read(id)).toMatchObject({ status: 'refunded', refunded: { amount: 1000 } });
    expect(await movements(id)).toEqual([
      ['gateway', 1000],
      ['sales', -1000],
      ['gateway', -300],
      ['sales', 300],
      ['gateway', -700],
      ['sales', 700],
    ]);
  });

  test('gives the same answer again for the same refund, also to requests that come at once', async () => {
    const { id } = await charged();
    const refundId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 16 }, () => service.refund(id, refundId, 400)));
    answers.push(await service.refund(id, refundId, 400));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(await givenBack(id)).toEqual([400]);
    expect(await read(id)).toMatchObject({ refunded: { amount: 400 } });
  });

  test('a repeated refund is answered also when nothing is left of the charge', async () => {
    const { id } = await charged();
    const refundId = randomUUID();
    const first = await service.refund(id, refundId, 1000);
    expect(await service.refund(id, refundId, 1000)).toMatchObject({ status: 201, body: first.body });
  });

  test('refuses another amount, and another payment, under the same id', async () => {
    const [first, second] = [await charged(), await charged()];
    const refundId = randomUUID();
    await service.refund(first.id, refundId, 100);
    for (const answer of [
      await service.refund(first.id, refundId, 101),
      await service.refund(second.id, refundId, 100),
    ])
      expect(answer).toMatchObject({ status: 409, body: { code: 'refund_mismatch' } });
    expect(await givenBack(second.id)).toEqual([]);
  });

  test('refuses more than is left, says what that is, and lets the id be used for less', async () => {
    const { id } = await charged();
    await service.refund(id, randomUUID(), 900);
    const refundId = randomUUID();
    const answer = await service.refund(id, refundId, 101);
    expect(answer).toMatchObject({ status: 422, body: { code: 'refund_exceeds_charge', left: 100 } });
    expect(await service.db.select().from(claims).where(eq(claims.id, refundId))).toEqual([]);
    expect((await service.refund(id, refundId, 100)).status).toBe(201);
  });

  test('never gives back more than was charged, whatever comes at once', async () => {
    const { id } = await charged();
    const answers = await Promise.all(Array.from({ length: 64 }, () => service.refund(id, randomUUID(), 150)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(6);
    expect(statuses.filter((status) => status === 422)).toHaveLength(58);
    expect(await givenBack(id)).toEqual(Array(6).fill(150));
    expect(await read(id)).toMatchObject({ status: 'partially_refunded', refunded: { amount: 900 } });
  });

  test('counts what is reserved for refunds that are not decided', async () => {
    const { id } = await charged('pm_card_refundAnswerLost');
    const refundId = randomUUID();
    const lost = await service.refund(id, refundId, 800);
    expect(lost).toMatchObject({ status: 503, body: { code: 'gateway_undecided' } });
    expect(await service.refund(id, randomUUID(), 300)).toMatchObject({ status: 422, body: { left: 200 } });
    expect(await read(id)).toMatchObject({ status: 'succeeded', refunded: { amount: 0 } });

    expect(await service.refund(id, refundId, 800)).toMatchObject({ status: 201, body: { id: refundId } });
    expect(await givenBack(id)).toEqual([800]);
    expect(await read(id)).toMatchObject({ refunded: { amount: 800 } });
  });

  test('answers a declined refund with 402, the same again, and gives its amount free', async () => {
    const { id } = await charged('pm_card_refundFail');
    const refundId = randomUUID();
    const answer = await service.refund(id, refundId, 1000);
    expect(answer.status).toBe(402);
    expect(refundDeclined.parse(answer.body)).toMatchObject({ refundId, paymentId: id });
    expect(await service.refund(id, refundId, 1000)).toMatchObject({ status: 402, body: answer.body });
    expect(await read(id)).toMatchObject({ status: 'succeeded', refunded: { amount: 0 } });
    expect((await service.refund(id, randomUUID(), 1000)).status).toBe(402);
    expect(await movements(id)).toHaveLength(2);
  });

  test('finds no unknown payment, and refunds none that was declined or is undecided', async () => {
    expect(await service.refund(randomUUID(), randomUUID(), 1)).toMatchObject({
      status: 404,
      body: { code: 'payment_not_found' },
    });
    const order = { orderId: randomUUID(), amount: { amount: 1000, currency: 'EUR' } };
    const { body } = await service.chargeAs('alice', { ...order, paymentMethod: 'pm_card_chargeDeclined' });
    const intent = { id: randomUUID(), orderId: randomUUID(), issuer: service.issuer.url, subject: 'alice' };
    const pending = { ...intent, amount: 1000, currency: 'EUR', paymentMethod: 'pm_card_visa' } as const;
    await service.db.insert(payments).values(pending);
    for (const id of [(body as { paymentId: string }).paymentId, intent.id]) {
      const answer = await service.refund(id, randomUUID(), 1);
      expect(answer).toMatchObject({ status: 409, body: { code: 'payment_not_refundable' } });
    }
  });

  test('stores who asked', async () => {
    const { id } = await charged();
    const refundId = randomUUID();
    await service.refund(id, refundId, 1);
    const [stored] = await service.db.select().from(refunds).where(eq(refunds.id, refundId));
    expect(stored).toMatchObject({ issuer: service.issuer.url, subject: 'dora' });
  });

  test('needs payment.refund', async () => {
    const { id } = await charged();
    const body = { refundId: randomUUID(), amount: { amount: 1, currency: 'EUR' } };
    const request = { method: 'POST', path: `/payments/${id}/refunds`, body } as const;
    expect(await service.relay('alice', ['payment.create', 'payment.read'], request)).toMatchObject({ status: 403 });
    expect(await givenBack(id)).toEqual([]);
  });

  test('refuses a client that refunds around the order service', async () => {
    const { id } = await charged();
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refundId: randomUUID(), amount: { amount: 1, currency: 'EUR' } }),
    };
    const answer = await service.send(`/payments/${id}/refunds`, init, ['payment.refund']);
    expect(answer).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
    expect(await givenBack(id)).toEqual([]);
  });

  test.each([
    ['a refund id that is none', { refundId: 'x' }, 'refundId'],
    ['an amount of 0', { amount: { amount: 0, currency: 'EUR' } }, 'amount.amount'],
    ['another currency', { amount: { amount: 1, currency: 'USD' } }, 'amount.currency'],
    ['a member that is not known', { reason: 'x' }, 'reason'],
  ])('refuses %s', async (_, difference, path) => {
    const body = { refundId: randomUUID(), amount: { amount: 1, currency: 'EUR' }, ...difference };
    const request = { method: 'POST', path: `/payments/${randomUUID()}/refunds`, body } as const;
    const answer = await service.relay('dora', ['payment.refund'], request);
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(answer.body).toHaveProperty('errors', expect.arrayContaining([expect.objectContaining({ path })]));
  });
});
