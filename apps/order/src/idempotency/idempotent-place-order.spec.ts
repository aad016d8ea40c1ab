import { randomUUID } from 'node:crypto';
import { testDatabases } from '@waybill/database/testing';
import { count, eq, sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, type As, type OrderServiceFixture, startOrderService } from '../order-service.fixture.js';
import { orders } from '../orders/order.table.js';
import { answers, charges, type PaymentStandIn, startPaymentStandIn } from '../payment-stand-in.fixture.js';
import { DrizzleIdempotencyKeys } from './drizzle.idempotency-keys.js';
import { idempotencyKeys } from './idempotency-key.table.js';

const body = { items: [{ sku: 'BOOK-1', quantity: 2 }], paymentMethod: 'pm_card_visa' };

describe.each(testDatabases())('on the $kind database, an idempotency key', (kind) => {
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
    payment.received.length = 0;
  });

  const place = (key: string, sent: unknown = body, as: As = {}) => service.place(sent, as, { 'idempotency-key': key });
  const isReplay = ({ headers }: Answer) => headers.get('idempotent-replayed') === 'true';

  async function stored(): Promise<number> {
    const [row] = await service.db.select({ orders: count() }).from(orders);
    return row?.orders ?? 0;
  }

  test('replays a confirmed order with status, location and body, and asks payment no second time', async () => {
    const key = randomUUID();
    const first = await place(key);
    expect(first.status).toBe(201);
    expect(isReplay(first)).toBe(false);
    const again = await place(key);
    expect({ status: again.status, text: again.text }).toEqual({ status: 201, text: first.text });
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(isReplay(again)).toBe(true);
    expect(payment.received).toHaveLength(1);
  });

  test('replays a declined order to the letter', async () => {
    const key = randomUUID();
    payment.behave((response, { orderId }) => {
      const problem = { status: 402, code: 'payment_declined', detail: 'No.', declineReason: 'lost_card' };
      answers(402, { ...problem, orderId, paymentId: randomUUID() })(response, undefined);
    });
    const first = await place(key);
    const again = await place(key);
    expect(first.status).toBe(402);
    expect(first.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect({ ...again, headers: undefined }).toEqual({ ...first, headers: undefined });
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(isReplay(again)).toBe(true);
  });

  test('answers 202 while the order is undecided, and then the final answer for ever', async () => {
    const key = randomUUID();
    payment.behave(answers(500, {}));
    const first = await place(key);
    expect(first.status).toBe(202);
    expect((await place(key)).body).toEqual(first.body);
    expect(payment.received).toHaveLength(1);
    await service.db
      .update(orders)
      .set({ status: 'cancelled', decidedAt: sql`now()` })
      .where(eq(orders.id, String(first.body.id)));
    const final = await place(key);
    expect(final).toMatchObject({ status: 409, body: { code: 'order_cancelled', orderId: first.body.id } });
    expect((await place(key)).text).toBe(final.text);
  });

  test('replays what was answered, whatever became of the order since', async () => {
    const key = randomUUID();
    const first = await place(key);
    await service.db
      .update(orders)
      .set({ paymentStatus: 'refunded' })
      .where(eq(orders.id, String(first.body.id)));
    expect((await place(key)).text).toBe(first.text);
  });

  test('with another body is refused with 422, and nothing is stored', async () => {
    const key = randomUUID();
    await place(key);
    const before = await stored();
    for (const other of [
      { ...body, paymentMethod: 'pm_card_mastercard' },
      { ...body, items: [{ sku: 'BOOK-1', quantity: 3 }] },
      { ...body, items: [...body.items, ...body.items] },
    ]) {
      expect(await place(key, other)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    }
    expect(await stored()).toBe(before);
  });

  test('of a request in flight is refused with 409, and answered once that has ended', async () => {
    const key = randomUUID();
    const held: (() => void)[] = [];
    payment.behave((response, charge) => void held.push(() => charges(response, charge)));
    const first = place(key);
    await expect.poll(() => held.length).toBe(1);
    const meanwhile = await place(key);
    expect(meanwhile).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_flight' } });
    expect(meanwhile.headers.get('retry-after')).toBe('1');
    held[0]?.();
    const { text } = await first;
    expect((await place(key)).text).toBe(text);
  });

  test('charges once for 64 requests at the same time', async () => {
    const key = randomUUID();
    const before = await stored();
    const all = await Promise.all(Array.from({ length: 64 }, () => place(key)));
    const placed = all.filter(({ status }) => status === 201);
    expect(new Set(placed.map(({ text }) => text)).size).toBe(1);
    expect(placed.filter((answer) => !isReplay(answer))).toHaveLength(1);
    expect(all.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect(payment.received).toHaveLength(1);
    expect(await stored()).toBe(before + 1);
  });

  test('of another subject, or of another route, is another key', async () => {
    const key = randomUUID();
    const mine = await place(key);
    const theirs = await place(key, body, { subject: 'somebody-else' });
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  test('is free again after the process that was at work died', async () => {
    const key = randomUUID();
    payment.behave((response) => response.destroy());
    const first = await place(key);
    const inFlight = (until: string) =>
      service.db
        .update(idempotencyKeys)
        .set({ inFlightUntil: sql`now() + ${until}::interval` })
        .where(eq(idempotencyKeys.key, key));
    await inFlight('1 minute');
    expect((await place(key)).status).toBe(409);
    await inFlight('-1 second');
    expect(await place(key)).toMatchObject({ status: 202, body: { id: first.body.id } });
  });

  test('is not in flight any more after payment refused the caller', async () => {
    const key = randomUUID();
    payment.behave(answers(401, { code: 'invalid_token' }));
    expect((await place(key)).status).toBe(401);
    expect((await place(key)).status).toBe(202);
  });

  test('is not used up by a request that was refused', async () => {
    const key = randomUUID();
    expect((await place(key, { ...body, items: [] })).status).toBe(400);
    expect((await place(key, body, { scopes: ['order.write'] })).status).toBe(403);
    expect((await place(key)).status).toBe(201);
  });

  test.each([
    ['empty', ''],
    ['with a space inside', 'a b'],
    ['of 256 characters', 'k'.repeat(256)],
    ['that is not ASCII', 'clé'],
  ])('%s is refused with 400', async (_, key) => {
    const answer = await place(key);
    expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency_key_malformed' } });
  });

  test('of 255 visible characters is taken', async () => {
    const key = randomUUID().padEnd(255, '!"~}|\\');
    expect((await place(key)).status).toBe(201);
    expect(isReplay(await place(key))).toBe(true);
  });

  test('is kept for 24 hours, then free, and forgotten in the end', async () => {
    const key = randomUUID();
    const first = await place(key);
    const age = (interval: string) =>
      service.db
        .update(idempotencyKeys)
        .set({ createdAt: sql`now() - ${interval}::interval` })
        .where(eq(idempotencyKeys.key, key));
    await age('23 hours 59 minutes');
    expect((await place(key)).text).toBe(first.text);
    await age('24 hours 1 minute');
    const anew = await place(key);
    expect(anew.status).toBe(201);
    expect(anew.body.id).not.toBe(first.body.id);
    await age('24 hours 1 minute');
    await new DrizzleIdempotencyKeys(service.db).prune();
    const left = await service.db.select().from(idempotencyKeys).where(eq(idempotencyKeys.key, key));
    expect(left).toEqual([]);
  });
});
