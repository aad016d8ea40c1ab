import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ChargeIntent } from '../charge/charge-books.js';
import type { GatewayOutcome } from '../gateway/payment-gateway.js';
import { PaymentNotRefundable, PaymentUnknown, RefundExceedsCharge } from '../refund/refundable.js';
import { type Books, type BooksFixture, kindsOfBooks } from './books.fixture.js';

const succeeded: GatewayOutcome = { status: 'succeeded', reference: 'reference' };
const declined: GatewayOutcome = { status: 'declined', reason: 'generic_decline' };
const who = { issuer: 'https://auth.example', subject: 'alice' };

function intentFor(orderId: string): ChargeIntent {
  return { ...who, orderId, amount: 1000, currency: 'EUR', paymentMethod: 'pm_card_visa' };
}

/** The simulation is worth as much as its books are like the real ones: what holds of one must hold of all. */
describe.each(kindsOfBooks())('the $kind books', ({ open }) => {
  let fixture: BooksFixture;

  beforeAll(async () => {
    fixture = await open();
    return () => fixture.close();
  });

  /** Does something 64 times at once, on every replica. */
  function atOnce<T>(work: (books: Books, index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(Array.from({ length: 64 }, (_, index) => work(fixture.next(), index)));
  }

  async function charged(outcome = succeeded) {
    const { charges } = fixture.next();
    const payment = await charges.open(intentFor(randomUUID()));
    if (payment === undefined) throw new Error('A new order is claimed by nobody.');
    const decided = await charges.finish(payment.id, { ...outcome, reference: randomUUID() } as GatewayOutcome);
    const refundOf = (id: string, amount: number) =>
      ({ ...who, id, paymentId: payment.id, amount, currency: 'EUR' }) as const;
    return { payment: decided, refundOf };
  }

  async function entriesOf(paymentId: string): Promise<number[]> {
    const entries = await fixture.ledger();
    return entries.filter((entry) => entry.paymentId === paymentId).map(({ amount }) => amount);
  }

  test('of charges and fences of one order, exactly one claims it, and all see which', async () => {
    for (let round = 0; round < 8; round++) {
      const orderId = randomUUID();
      const seen = await atOnce(async ({ charges, claims }, index) => {
        const fences = (index + round) % 2 === 0;
        const opened = fences ? await claims.fence(orderId) : await charges.open(intentFor(orderId));
        return { opened, standing: await charges.find(orderId) };
      });
      const opened = seen.flatMap((each) => each.opened ?? []);
      expect(opened.length).toBeLessThanOrEqual(1);
      for (const { standing } of seen) expect(standing).toEqual({ attempt: opened[0] ?? null });
    }
  });

  test('one id serves a charge or a refund, not both', async () => {
    const { payment, refundOf } = await charged();
    const { charges, refunds } = fixture.next();
    expect(await refunds.open(refundOf(payment.orderId, 1))).toBeUndefined();
    const refundId = randomUUID();
    await refunds.open(refundOf(refundId, 1));
    expect(await charges.open(intentFor(refundId))).toBeUndefined();
    expect(await charges.find(refundId)).toEqual({ attempt: null });
    expect(await refunds.find(payment.orderId)).toEqual({ attempt: null });
  });

  test('an id that nobody has claimed stands for nothing', async () => {
    expect(await fixture.next().charges.find(randomUUID())).toBeUndefined();
    expect(await fixture.next().refunds.find(randomUUID())).toBeUndefined();
  });

  test('of decisions on one charge the first is recorded, with its entries, and all hear it', async () => {
    const payment = await fixture.next().charges.open(intentFor(randomUUID()));
    if (payment === undefined) throw new Error('A new order is claimed by nobody.');
    const outcomes = await atOnce(({ charges }, index) => charges.finish(payment.id, index % 2 ? declined : succeeded));
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    expect(await entriesOf(payment.id)).toEqual(outcomes[0]?.status === 'succeeded' ? [1000, -1000] : []);
  });

  test('of refunds of one charge only so many are opened as it has room for', async () => {
    const { payment, refundOf } = await charged();
    const results = await atOnce(({ refunds }) =>
      refunds.open(refundOf(randomUUID(), 300)).catch((error: unknown) => error),
    );
    const refused = results.filter((result) => result instanceof RefundExceedsCharge);
    expect(refused).toHaveLength(61);
    expect(new Set(refused.map(({ left }) => left))).toEqual(new Set([100]));
    expect((await fixture.next().charges.find(payment.orderId))?.attempt).toMatchObject({
      refunded: 0,
      refunding: 900,
    });
  });

  test('of refunds and fences of one id, exactly one claims it, and reserves once', async () => {
    for (let round = 0; round < 8; round++) {
      const { payment, refundOf } = await charged();
      const id = randomUUID();
      const seen = await atOnce(async ({ refunds, claims }, index) => {
        const fences = (index + round) % 2 === 0;
        const opened = fences ? await claims.fence(id) : await refunds.open(refundOf(id, 10));
        return { opened, standing: await refunds.find(id) };
      });
      const opened = seen.flatMap((each) => each.opened ?? []);
      expect(opened.length).toBeLessThanOrEqual(1);
      for (const { standing } of seen) expect(standing).toEqual({ attempt: opened[0] ?? null });
      const reserved = { refunded: 0, refunding: 10 * opened.length };
      expect((await fixture.next().charges.find(payment.orderId))?.attempt).toMatchObject(reserved);
    }
  });

  test('a refund that is refused leaves its id unclaimed', async () => {
    const { payment, refundOf } = await charged();
    const { payment: never, refundOf: refundOfDeclined } = await charged(declined);
    const id = randomUUID();
    const { refunds } = fixture.next();
    await expect(refunds.open(refundOf(id, payment.amount + 1))).rejects.toThrow(RefundExceedsCharge);
    await expect(refunds.open(refundOfDeclined(id, 1))).rejects.toThrow(PaymentNotRefundable);
    await expect(refunds.open({ ...refundOf(id, 1), paymentId: randomUUID() })).rejects.toThrow(PaymentUnknown);
    expect(await refunds.find(id)).toBeUndefined();
    expect(never.status).toBe('declined');
  });

  test('of decisions on one refund the first is recorded, with its entries, and all hear it', async () => {
    const { payment, refundOf } = await charged();
    const id = randomUUID();
    await fixture.next().refunds.open(refundOf(id, 400));
    const outcomes = await atOnce(({ refunds }, index) => refunds.finish(id, index % 2 ? declined : succeeded));
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    const made = outcomes[0]?.status === 'succeeded';
    expect(await entriesOf(payment.id)).toEqual([1000, -1000, ...(made ? [-400, 400] : [])]);
    const standing = await fixture.next().charges.find(payment.orderId);
    expect(standing?.attempt).toMatchObject({ refunded: made ? 400 : 0, refunding: 0 });
  });

  test('refunds that are opened, decided and declined at once leave the right sums', async () => {
    const { payment, refundOf } = await charged();
    const made = await atOnce(async ({ refunds }, index) => {
      const refund = await refunds.open(refundOf(randomUUID(), 10 + index)).catch(() => undefined);
      const decided = refund && (await refunds.finish(refund.id, index % 3 ? succeeded : declined));
      return decided?.status === 'succeeded' ? decided.amount : 0;
    });
    const refunded = made.reduce((sum, amount) => sum + amount, 0);
    expect(refunded).toBeGreaterThan(0);
    expect(refunded).toBeLessThanOrEqual(payment.amount);
    const standing = await fixture.next().charges.find(payment.orderId);
    expect(standing?.attempt).toMatchObject({ refunded, refunding: 0 });
    expect((await entriesOf(payment.id)).reduce((sum, amount) => sum + amount, 0)).toBe(0);
  });
});
