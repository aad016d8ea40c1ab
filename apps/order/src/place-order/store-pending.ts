import { randomUUID } from 'node:crypto';
import type { OrderDatabase } from '../database.js';
import { type OrderRow, orders } from '../orders/order.table.js';
import type { Owner } from '../orders/owner.js';
import type { DraftOrder } from './draft-order.js';

/** Stores an order and the intent to pay for it, both in one row, before payment hears of it. */
export async function storePending(db: OrderDatabase, owner: Owner, draft: DraftOrder): Promise<OrderRow> {
  const [order] = await db
    .insert(orders)
    .values({
      id: randomUUID(),
      issuer: owner.issuer,
      subject: owner.subject,
      items: draft.items,
      total: draft.total.amount,
      currency: draft.total.currency,
      paymentMethod: draft.paymentMethod,
    })
    .returning();
  if (order === undefined) throw new Error('The database stored an order without giving it back.');
  return order;
}
