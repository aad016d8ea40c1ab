import type { RefundOrderBody } from '@waybill/contracts';
import type { Basket } from './basket.js';
import { finalStatus, orderIdOf, type Reply } from './reply.js';

/** Something that somebody wants once, however often it has to be asked for. */
export type Wish = OrderWish | RefundWish;

interface AnyWish {
  /** Whose token is sent. */
  readonly subject: string;
  readonly path: string;
  /** The idempotency key; without one a wish is asked for once only. */
  readonly key: string | undefined;
}

/** An order that is to be placed. */
export interface OrderWish extends AnyWish {
  readonly kind: 'order';
  /** The number of its basket, which no other wish has. */
  readonly number: number;
  readonly body: Basket;
}

/** Money that is to be given back. */
export interface RefundWish extends AnyWish {
  readonly kind: 'refund';
  readonly orderId: string;
  readonly body: RefundOrderBody;
}

/** One time that a wish was asked for. Times are milliseconds since the epoch. */
export interface Attempt {
  readonly wish: Wish;
  /** `other`: under the same key, but with another body. */
  readonly body: 'same' | 'other';
  /** When its token was known to be taken back; absent where it was good. */
  readonly takenBackAt?: number;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly reply: Reply;
}

/** An order as it was seen in an answer. */
export interface OrderSeen {
  readonly id: string;
  readonly status: string;
  readonly total: { readonly amount: number };
  readonly createdAt: string;
  readonly payment: { readonly id: string; readonly status: string } | null;
}

/** A look at what is there: one order, a page of the own ones, or a payment. */
export interface Reading {
  readonly of: 'order' | 'orders' | 'payment';
  readonly subject: string;
  /** Which one; of `orders` undefined. */
  readonly id: string | undefined;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly reply: Reply;
}

/** An order that was paid. `total` is in minor units. */
export interface ConfirmedOrder {
  readonly orderId: string;
  readonly paymentId: string;
  readonly subject: string;
  readonly total: number;
}

/** All that the clients asked and were told, in the order in which they were. */
export class History {
  readonly attempts: Attempt[] = [];
  readonly readings: Reading[] = [];
  /** What auth refused though it should not have. */
  readonly refusedSignIns: string[] = [];

  /** The orders that anybody was told of, by who placed them. */
  readonly told = new Map<string, Set<string>>();
  /** The orders that were confirmed. */
  readonly confirmed: ConfirmedOrder[] = [];
  private count = 0;

  /** How many orders the clients know of. */
  get orders(): number {
    return this.count;
  }

  attempted(attempt: Attempt): void {
    this.attempts.push(attempt);
    const { wish, reply } = attempt;
    const orderId = wish.kind === 'order' ? orderIdOf(reply) : undefined;
    if (orderId === undefined || !this.isNew(wish.subject, orderId)) return;
    this.count += 1;
  }

  /** Remembers an order that was confirmed, as one that can be looked at and refunded. */
  succeeded(wish: Wish, reply: Reply, total: number): void {
    if (finalStatus(reply) !== 201 || 'lost' in reply) return;
    const { id, payment } = reply.body as OrderSeen;
    if (payment) this.confirmed.push({ orderId: id, paymentId: payment.id, subject: wish.subject, total });
  }

  read(reading: Reading): void {
    this.readings.push(reading);
  }

  private isNew(subject: string, orderId: string): boolean {
    const own = this.told.get(subject) ?? new Set();
    this.told.set(subject, own);
    return own.size < own.add(orderId).size;
  }
}
