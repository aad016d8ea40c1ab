import { type Attempt, finalStatus, isUndecided, type OrderSeen, orderIdOf, priceOf } from '../../load/index.js';
import type { OrderRow } from '../books.js';
import type { Evidence } from '../evidence.js';
import type { Violation } from '../violation.js';

/** I6: an order that a client was told of is there, as it was told; and auth's word holds, whatever happened to auth. */
export function nothingLost({ attempts, books, refusedSignIns }: Evidence): Violation[] {
  const orders = new Map(books.orders.map((order) => [order.id, order]));
  const found = attempts.flatMap((attempt): Violation[] => {
    const orderId = orderIdOf(attempt.reply);
    if (attempt.wish.kind !== 'order' || attempt.body === 'other' || orderId === undefined) return [];
    const says = lost(attempt, orders.get(orderId));
    return says === undefined ? [] : [{ invariant: 'I6', orderId, says }];
  });
  return [...found, ...refusedSignIns.map((says): Violation => ({ invariant: 'I6', says }))];
}

const statusAfter: Readonly<Record<number, string>> = { 201: 'confirmed', 402: 'cancelled', 409: 'cancelled' };

function lost({ wish, reply }: Attempt, order: OrderRow | undefined): string | undefined {
  const final = finalStatus(reply);
  if (final === undefined && !isUndecided(reply)) return undefined;
  if (!order) return `the client was told ${final ?? 202}, and there is no such order`;
  const expected = statusAfter[final ?? 0];
  if (expected !== undefined && order.status !== expected)
    return `the client was told ${final}, and the order is ${order.status}`;
  if (wish.kind === 'order' && order.basket !== wish.number) return `is another basket than the client ordered`;
  if (wish.kind === 'order' && order.total !== priceOf(wish.body))
    return `costs ${order.total}, not ${priceOf(wish.body)}`;
  const payment = final === 201 && 'body' in reply ? (reply.body as OrderSeen).payment?.id : undefined;
  return payment === undefined || payment === order.paymentId
    ? undefined
    : `the client was told payment ${payment}, and it is ${order.paymentId}`;
}
