import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { OrderDatabase } from '../database.js';
import { type RefundRow, refunds } from './refund.table.js';

const ids = z.tuple([z.uuid(), z.uuid()]);

/** An order's refund of this id; undefined where there is none, and where an id is none at all. */
export async function findRefund(db: OrderDatabase, orderId: string, id: string): Promise<RefundRow | undefined> {
  if (!ids.safeParse([orderId, id]).success) return undefined;
  const [refund] = await db
    .select()
    .from(refunds)
    .where(and(eq(refunds.id, id), eq(refunds.orderId, orderId)));
  return refund;
}
