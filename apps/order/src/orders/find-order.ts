import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { OrderDatabase } from '../database.js';
import { type OrderRow, orders } from './order.table.js';
import type { Owner } from './owner.js';

const orderId = z.uuid();

/** The owner's order of this id; undefined where there is none, where it is another's, and where `id` is no id at all. */
export async function findOrder(db: OrderDatabase, owner: Owner, id: string): Promise<OrderRow | undefined> {
  if (!orderId.safeParse(id).success) return undefined;
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.id, id), eq(orders.issuer, owner.issuer), eq(orders.subject, owner.subject)));
  return order;
}
