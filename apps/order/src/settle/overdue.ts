import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import type { OrderDatabase } from '../database.js';
import type { Place } from '../orders/cursor.js';
import type { orders } from '../orders/order.table.js';
import type { refunds } from '../refund-order/refund.table.js';

/** A table whose rows are stored pending, with a partial index on those that are. */
export type UndecidedTable = typeof orders | typeof refunds;

/** Which rows count as overdue. */
export interface Overdue {
  /** They have been undecided for longer than this, milliseconds. */
  readonly olderThanMs: number;
  /** They were stored after this place. */
  readonly after: Place | undefined;
  /** How many are given at most. */
  readonly limit: number;
}

/** The places of rows that are overdue, oldest first. */
export function overdue(
  db: OrderDatabase,
  table: UndecidedTable,
  { olderThanMs, after, limit }: Overdue,
): Promise<Place[]> {
  const longAgo = sql`${table.createdAt} < now() - ${`${olderThanMs} milliseconds`}::interval`;
  return db
    .select({ id: table.id, createdAt: table.createdAt })
    .from(table)
    .where(and(eq(table.status, 'pending'), longAgo, after && laterThan(table, after)))
    .orderBy(asc(table.createdAt), asc(table.id))
    .limit(limit);
}

function laterThan(table: UndecidedTable, { createdAt, id }: Place): SQL {
  return sql`(${table.createdAt}, ${table.id}) > (${createdAt.toISOString()}::timestamptz, ${id}::uuid)`;
}
