import { and, eq, sql } from 'drizzle-orm';
import type { OrderDatabase } from '../database.js';
import { type OrderRow, orders } from '../orders/order.table.js';
import type { Decision } from './decide.js';

/**
 * Moves an order out of `pending`; nothing else does. Whoever decides first decides for good: where the order is decided
 * already, or this decision is none, the order is answered as it stands.
 */
export async function settle(db: OrderDatabase, order: OrderRow, decision: Decision): Promise<OrderRow> {
  if (decision.kind === 'undecided') return order;
  const [settled] = await db
    .update(orders)
    .set({ ...outcomeOf(decision), decidedAt: sql`now()` })
    .where(and(eq(orders.id, order.id), eq(orders.status, 'pending')))
    .returning();
  return settled ?? (await asItStands(db, order.id));
}

function outcomeOf(decision: Exclude<Decision, { kind: 'undecided' }>): Partial<OrderRow> {
  const { kind, paymentId } = decision;
  return kind === 'charged'
    ? { status: 'confirmed', paymentId, paymentStatus: 'succeeded' }
    : { status: 'cancelled', paymentId, paymentStatus: 'declined', declineReason: decision.declineReason };
}

async function asItStands(db: OrderDatabase, id: string): Promise<OrderRow> {
  const [order] = await db.select().from(orders).where(eq(orders.id, id));
  if (order === undefined) throw new Error(`Order ${id} was there a moment ago, and is gone.`);
  return order;
}
