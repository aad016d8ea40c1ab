import { type Evidence, isCharged } from '../evidence.js';
import type { Violation } from '../violation.js';

/**
 * I1: at most one charge an order, and at most one order a wish. The gateway's own books count, and every charge in them
 * has to be one that somebody asked for.
 */
export function oneCharge({ books, attempts }: Evidence): Violation[] {
  const charges = books.charges.filter(({ outcome }) => outcome === 'succeeded');
  const orderIds = new Set(books.orders.map(({ id }) => id));
  const wished = new Set(attempts.map(({ wish }) => (wish.kind === 'order' ? wish.number : undefined)));
  return [
    ...several(charges, ({ key }) => key).map(([key, { length }]) =>
      said(key, `was charged ${length} times by the gateway`),
    ),
    ...several(
      books.payments.filter(({ status }) => isCharged(status)),
      ({ orderId }) => orderId,
    ).map(([orderId, { length }]) => said(orderId, `has ${length} payments that are charged`)),
    ...several(books.orders, ({ basket }) => basket).map(([basket, orders]) =>
      said(
        orders[0]?.id,
        `basket ${basket} was ordered once, and made ${orders.length} orders: ${orders.map(({ id, status }) => `${id} ${status}`).join(', ')}`,
      ),
    ),
    ...charges
      .filter(({ key }) => !orderIds.has(key))
      .map(({ key }) => said(key, 'was charged, and there is no such order')),
    ...books.orders
      .filter(({ basket }) => !wished.has(basket))
      .map(({ id }) => said(id, 'nobody asked for this order')),
  ];
}

function said(orderId: string | undefined, says: string): Violation {
  return { invariant: 'I1', orderId, says };
}

function several<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): [Key, Row[]][] {
  return [...Map.groupBy(rows, keyOf)].filter(([, group]) => group.length > 1);
}
