import { basketOf, priceOf } from '../load/basket.js';
import type { Attempt, OrderWish, Reading, RefundWish, Reply } from '../load/index.js';
import type { Evidence } from './evidence.js';

/** Evidence that a test may change. */
export type Changeable<T> = T extends readonly (infer Each)[]
  ? Changeable<Each>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Changeable<T[Key]> }
    : T;

const healedAt = Date.parse('2026-01-01T00:10:00Z');
const createdAt = '2026-01-01T00:00:01.000Z';

/** An answer with this status and body. */
export function reply(status: number, body: unknown, replayed = false): Reply {
  return { status, replayed, text: JSON.stringify(body), body };
}

/** Somebody's wish for the basket of a number, under a key that names it. */
export function orderWish(number: number, method = 'pm_card_visa'): OrderWish {
  const body = basketOf(number, method);
  return { kind: 'order', number, subject: 'alice', path: '/place-order', key: `order-${number}`, body };
}

/** One time that a wish was asked for, `at` seconds after the beginning. */
export function attempt(wish: Attempt['wish'], at: number, answer: Reply): Attempt {
  const sentAt = Date.parse('2026-01-01T00:00:00Z') + at * 1000;
  return { wish, body: 'same', sentAt, endedAt: sentAt + 100, reply: answer };
}

/** A look at something, `at` seconds after the beginning. */
export function reading(of: Reading['of'], id: string | undefined, at: number, answer: Reply): Reading {
  const sentAt = Date.parse('2026-01-01T00:00:00Z') + at * 1000;
  return { of, id, subject: 'alice', sentAt, endedAt: sentAt + 100, reply: answer };
}

/** An order as an answer shows it. */
export function orderSeen(id: string, number: number, status: string) {
  const total = { amount: priceOf(basketOf(number, '')), currency: 'EUR' };
  const payment = status === 'pending' ? null : { id: `payment-${id}`, status: 'succeeded' };
  return { id, status, total, createdAt, payment };
}

/**
 * A run in which all went well: order `paid` was confirmed after it had been pending, `refused` was declined, and of
 * `paid` 100 was given back.
 */
export function soundEvidence(): Changeable<Evidence> {
  const [paid, refused] = [orderWish(1), orderWish(2, 'pm_card_chargeDeclined')];
  const back: RefundWish = {
    kind: 'refund',
    orderId: 'paid',
    subject: 'dora',
    path: '/orders/paid/refunds',
    key: 'refund-1',
    body: { amount: { amount: 100, currency: 'EUR' } },
  };
  const declined = { status: 402, code: 'payment_declined', orderId: 'refused' };
  const confirmed = orderSeen('paid', 1, 'confirmed');
  const [total, other] = [priceOf(paid.body), priceOf(refused.body)];
  const times = { createdAt: Date.parse(createdAt), decidedAt: healedAt - 1000 };
  const evidence: Evidence = {
    attempts: [
      attempt(paid, 1, reply(202, orderSeen('paid', 1, 'pending'))),
      attempt(paid, 3, reply(201, confirmed)),
      attempt(paid, 5, reply(201, confirmed, true)),
      attempt(refused, 2, reply(402, declined)),
      attempt(back, 6, reply(201, { id: 'back', orderId: 'paid', status: 'succeeded', amount: { amount: 100 } })),
    ],
    readings: [
      reading('order', 'paid', 2, reply(200, orderSeen('paid', 1, 'pending'))),
      reading('orders', '?limit=50', 7, reply(200, { items: [confirmed], nextCursor: null })),
    ],
    books: {
      orders: [
        {
          id: 'paid',
          status: 'confirmed',
          basket: 1,
          total,
          paymentId: 'payment-paid',
          paymentStatus: 'partially_refunded',
          ...times,
        },
        {
          id: 'refused',
          status: 'cancelled',
          basket: 2,
          total: other,
          paymentId: 'payment-refused',
          paymentStatus: 'declined',
          ...times,
        },
      ],
      orderRefunds: [{ id: 'back', of: 'paid', status: 'succeeded', amount: 100 }],
      payments: [
        { id: 'payment-paid', orderId: 'paid', status: 'partially_refunded', amount: total },
        { id: 'payment-refused', orderId: 'refused', status: 'declined', amount: other },
      ],
      paymentRefunds: [{ id: 'back', of: 'payment-paid', status: 'succeeded', amount: 100 }],
      ledger: [
        { paymentId: 'payment-paid', account: 'gateway', amount: total },
        { paymentId: 'payment-paid', account: 'sales', amount: -total },
        { paymentId: 'payment-paid', account: 'gateway', amount: -100 },
        { paymentId: 'payment-paid', account: 'sales', amount: 100 },
      ],
      charges: [
        { key: 'paid', outcome: 'succeeded', amount: total },
        { key: 'refused', outcome: 'declined', amount: other },
      ],
      gatewayRefunds: [{ key: 'back', outcome: 'succeeded', amount: 100 }],
    },
    healedAt,
    unsettled: [],
    refusedSignIns: [],
    leaks: [],
    strays: [],
    surprises: [],
  };
  return structuredClone(evidence) as Changeable<Evidence>;
}
