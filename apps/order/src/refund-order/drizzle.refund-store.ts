import { and, eq, inArray, sql } from 'drizzle-orm';
import type { OrderDatabase } from '../database.js';
import { takeKey } from '../idempotency/drizzle.idempotency-keys.js';
import type { IdempotentRequest, KnownRequest } from '../idempotency/idempotent-request.js';
import { type OrderRow, orders } from '../orders/order.table.js';
import { type RefundRow, refunds } from './refund.table.js';
import {
  ExceedsCharge,
  type NewRefund,
  NotRefundable,
  OrderUnknown,
  type RefundOutcome,
  type RefundStore,
} from './refund-store.js';

/** Refunds in the service's own database. The order's row is locked while its refunds are counted. */
export class DrizzleRefundStore implements RefundStore {
  constructor(
    private readonly db: OrderDatabase,
    /** How long a refund may take before its process counts as dead, milliseconds. */
    private readonly inFlightMs: number,
  ) {}

  async begin(refund: NewRefund, request: IdempotentRequest | undefined): Promise<RefundRow | KnownRequest> {
    return this.db.transaction(async (tx) => {
      const known = request && (await takeKey(tx, request, refund.id, this.inFlightMs));
      return known ?? storePending(tx, refund);
    });
  }

  async get(id: string): Promise<RefundRow> {
    return refundOf(this.db, id);
  }

  async settle(id: string, outcome: RefundOutcome): Promise<RefundRow> {
    return this.db.transaction(async (tx) => {
      const { orderId } = await refundOf(tx, id);
      const order = await lockOrder(tx, orderId);
      const [settled] = await tx
        .update(refunds)
        .set({ ...recorded(outcome), decidedAt: sql`now()` })
        .where(and(eq(refunds.id, id), eq(refunds.status, 'pending')))
        .returning();
      if (settled?.status === 'succeeded' && order) await showRefunded(tx, order);
      return settled ?? (await refundOf(tx, id));
    });
  }
}

async function storePending(tx: OrderDatabase, { id, orderId, by, amount }: NewRefund): Promise<RefundRow> {
  const order = await lockOrder(tx, orderId);
  if (order === undefined) throw new OrderUnknown(orderId);
  const { paymentId, currency } = order;
  if (order.status !== 'confirmed' || paymentId === null) throw new NotRefundable(orderId);
  const left = order.total - (await refundedOf(tx, orderId, ['pending', 'succeeded']));
  const wanted = amount?.amount ?? left;
  if (wanted > left || left === 0) throw new ExceedsCharge(left);
  const { issuer, subject } = by;
  const [refund] = await tx
    .insert(refunds)
    .values({ id, orderId, paymentId, issuer, subject, amount: wanted, currency })
    .returning();
  if (refund === undefined) throw new Error('The database stored a refund without giving it back.');
  return refund;
}

async function lockOrder(tx: OrderDatabase, id: string): Promise<OrderRow | undefined> {
  const [order] = await tx.select().from(orders).where(eq(orders.id, id)).for('update');
  return order;
}

async function refundOf(db: OrderDatabase, id: string): Promise<RefundRow> {
  const [refund] = await db.select().from(refunds).where(eq(refunds.id, id));
  if (refund === undefined) throw new Error(`Refund ${id} was stored, and is gone.`);
  return refund;
}

async function refundedOf(tx: OrderDatabase, orderId: string, statuses: RefundRow['status'][]): Promise<number> {
  const [sum] = await tx
    .select({ amount: sql<string>`coalesce(sum(${refunds.amount}), 0)` })
    .from(refunds)
    .where(and(eq(refunds.orderId, orderId), inArray(refunds.status, statuses)));
  return Number(sum?.amount ?? 0);
}

async function showRefunded(tx: OrderDatabase, { id, total }: OrderRow): Promise<void> {
  const refunded = await refundedOf(tx, id, ['succeeded']);
  const paymentStatus = refunded === total ? 'refunded' : 'partially_refunded';
  await tx.update(orders).set({ paymentStatus }).where(eq(orders.id, id));
}

function recorded(outcome: RefundOutcome): Partial<RefundRow> {
  switch (outcome.kind) {
    case 'refunded':
      return { status: 'succeeded' };
    case 'declined':
      return { status: 'declined', declineReason: outcome.declineReason };
    case 'not_refunded':
      return { status: 'cancelled' };
  }
}
