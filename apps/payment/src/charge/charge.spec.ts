import { randomUUID } from 'node:crypto';
import { type CreatePaymentBody, payment, paymentDeclined } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { sandboxCharges } from '../gateway/sandbox-charge.table.js';
import { ledgerEntries } from '../ledger/ledger-entry.table.js';
import { payments } from '../payment/payment.table.js';
import { type PaymentServiceFixture, startPaymentService } from '../payment-service.fixture.js';

function bodyFor(orderId: string, paymentMethod = 'pm_card_visa', amount = 3998): CreatePaymentBody {
  return { orderId, amount: { amount, currency: 'EUR' }, paymentMethod };
}

describe.each(testDatabases())('on the $kind database', (kind) => {
  let service: PaymentServiceFixture;
  let orderId: string;

  beforeAll(async () => {
    service = await startPaymentService(kind);
    return () => service.close();
  });

  /** What the books hold about an order. */
  async function booksOf(order: string) {
    const stored = await service.db.select().from(payments).where(eq(payments.orderId, order));
    const charges = await service.db.select().from(sandboxCharges).where(eq(sandboxCharges.idempotencyKey, order));
    const entries = await service.db
      .select({ account: ledgerEntries.account, amount: ledgerEntries.amount })
      .from(ledgerEntries)
      .innerJoin(payments, eq(payments.id, ledgerEntries.paymentId))
      .where(eq(payments.orderId, order))
      .orderBy(ledgerEntries.account);
    return { payments: stored, charges, entries };
  }

  const nextOrder = () => {
    orderId = randomUUID();
    return orderId;
  };

  test('charges, posts to the ledger, and says where the payment is', async () => {
    const { status, headers, body } = await service.chargeAs('alice', bodyFor(nextOrder()));
    expect(status).toBe(201);
    const made = payment.parse(body);
    expect(made).toMatchObject({ orderId, status: 'succeeded', amount: { amount: 3998, currency: 'EUR' } });
    expect(headers.location).toBe(`/payments/${made.id}`);
    const books = await booksOf(orderId);
    expect(books.charges).toMatchObject([{ outcome: 'succeeded', amount: 3998, paymentMethod: 'pm_card_visa' }]);
    expect(books.entries).toEqual([
      { account: 'gateway', amount: 3998 },
      { account: 'sales', amount: -3998 },
    ]);
  });

  test('answers a declined charge with 402, and posts nothing', async () => {
    const answer = await service.chargeAs('alice', bodyFor(nextOrder(), 'pm_card_chargeDeclinedInsufficientFunds'));
    expect(answer.status).toBe(402);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    const declined = paymentDeclined.parse(answer.body);
    expect(declined).toMatchObject({ orderId, declineReason: 'insufficient_funds' });
    const books = await booksOf(orderId);
    expect(books.payments).toMatchObject([{ id: declined.paymentId, status: 'declined' }]);
    expect(books.entries).toEqual([]);
  });

  test.each(['pm_card_visa', 'pm_card_chargeDeclined'])('gives the same answer again (%s)', async (method) => {
    const first = await service.chargeAs('alice', bodyFor(nextOrder(), method));
    const second = await service.chargeAs('alice', bodyFor(orderId, method));
    expect([second.status, second.body]).toEqual([first.status, first.body]);
    const books = await booksOf(orderId);
    expect(books.charges).toHaveLength(1);
    expect(books.entries).toHaveLength(method === 'pm_card_visa' ? 2 : 0);
  });

  test('charges once for requests that come at the same time', async () => {
    nextOrder();
    const answers = await Promise.all(Array.from({ length: 8 }, () => service.chargeAs('alice', bodyFor(orderId))));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(new Set(answers.map(({ body }) => payment.parse(body).id)).size).toBe(1);
    const books = await booksOf(orderId);
    expect([books.payments.length, books.charges.length, books.entries.length]).toEqual([1, 1, 2]);
  });

  test.each([
    ['another amount', 'alice', { amount: { amount: 1, currency: 'EUR' } }],
    ['another method', 'alice', { paymentMethod: 'pm_card_mastercard' }],
    ['another payer', 'mallory', {}],
  ])('refuses %s for an order that has a payment, and charges nothing', async (_, subject, difference) => {
    await service.chargeAs('alice', bodyFor(nextOrder()));
    const answer = await service.chargeAs(subject, { ...bodyFor(orderId), ...difference });
    expect(answer).toMatchObject({ status: 409, body: { code: 'payment_mismatch' } });
    expect((await booksOf(orderId)).charges).toMatchObject([{ amount: 3998, paymentMethod: 'pm_card_visa' }]);
  });

  test('takes up an intent that a crash left open', async () => {
    const intent = { id: randomUUID(), orderId: nextOrder(), issuer: service.issuer.url, subject: 'alice' };
    const { amount, paymentMethod } = bodyFor(orderId);
    await service.db.insert(payments).values({ ...intent, ...amount, paymentMethod });
    const answer = await service.chargeAs('alice', bodyFor(orderId));
    expect(answer).toMatchObject({ status: 201, body: { id: intent.id } });
  });

  test('refuses a client that pays around the order service, and stores nothing', async () => {
    const headers = { authorization: `Bearer ${service.tokenOf('alice')}`, 'content-type': 'application/json' };
    const body = JSON.stringify(bodyFor(nextOrder()));
    const response = await fetch(`${service.url}/payments`, { method: 'POST', headers, body });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'signature_invalid' });
    expect((await booksOf(orderId)).payments).toEqual([]);
  });

  test.each([
    ['an order id that is none', { orderId: 'x' }, 'orderId'],
    ['an amount of 0', { amount: { amount: 0, currency: 'EUR' } }, 'amount.amount'],
    ['an amount with a fraction', { amount: { amount: 19.99, currency: 'EUR' } }, 'amount.amount'],
    ['an amount beyond exact integers', { amount: { amount: 2 ** 53, currency: 'EUR' } }, 'amount.amount'],
    ['another currency', { amount: { amount: 1, currency: 'USD' } }, 'amount.currency'],
    ['a member that is not known', { capture: false }, 'capture'],
  ])('refuses %s', async (_, difference, path) => {
    const answer = await service.chargeAs('alice', { ...bodyFor(randomUUID()), ...difference });
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(answer.body).toHaveProperty('errors', expect.arrayContaining([expect.objectContaining({ path })]));
  });
});
