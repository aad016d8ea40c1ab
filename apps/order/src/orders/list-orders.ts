import { listQuery, type OrderPage } from '@waybill/contracts';
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { OrderDatabase } from '../database.js';
import { cursor, encodeCursor, type Place } from './cursor.js';
import { toOrder } from './order.js';
import { type OrderRow, orders } from './order.table.js';
import type { Owner } from './owner.js';

/** The query of `GET /orders`, its cursor read. */
export const listOrdersQuery = z.strictObject({ ...listQuery.shape, cursor: cursor.optional() });

/** The query of `GET /orders`. */
export type ListOrdersQuery = z.infer<typeof listOrdersQuery>;

/** One page of the owner's orders, newest first. */
export async function listOrders(db: OrderDatabase, owner: Owner, query: ListOrdersQuery): Promise<OrderPage> {
  const { limit } = query;
  const rows = await pageAndOneMore(db, owner, query);
  return { items: rows.slice(0, limit).map(toOrder), nextCursor: cursorAfter(rows, limit) };
}

/** Read along the index `orders_of_owner`, so that a page far back costs what the first one does. */
export function pageAndOneMore(db: OrderDatabase, owner: Owner, { limit, cursor: after }: ListOrdersQuery) {
  return db
    .select()
    .from(orders)
    .where(and(eq(orders.issuer, owner.issuer), eq(orders.subject, owner.subject), after && olderThan(after)))
    .orderBy(desc(orders.createdAt), desc(orders.id))
    .limit(limit + 1);
}

function olderThan({ createdAt, id }: Place): SQL {
  return sql`(${orders.createdAt}, ${orders.id}) < (${createdAt.toISOString()}::timestamptz, ${id}::uuid)`;
}

/** Whether the one row more is there says whether a next page is. */
function cursorAfter(rows: OrderRow[], limit: number): string | null {
  const last = rows[limit - 1];
  return rows.length > limit && last ? encodeCursor(last) : null;
}
