import { and, eq, sql } from 'drizzle-orm';
import type { OrderDatabase } from '../database.js';
import { takeKey } from '../idempotency/drizzle.idempotency-keys.js';
import type { IdempotentRequest, KnownRequest } from '../idempotency/idempotent-request.js';
import { type OrderRow, orders } from './order.table.js';
import type { NewOrder, OrderOutcome, OrderStore } from './order-store.js';

/** Orders in the service's own database. */
export class DrizzleOrderStore implements OrderStore {
  constructor(
    private readonly db: OrderDatabase,
    /** How long placing an order may take before its process counts as dead, milliseconds. */
    private readonly inFlightMs: number,
  ) {}

  async begin(order: NewOrder, request: IdempotentRequest | undefined): Promise<OrderRow | KnownRequest> {
    if (request === undefined) return storePending(this.db, order);
    return this.db.transaction(async (tx) => {
      const known = await takeKey(tx, request, order.id, this.inFlightMs);
      return known ?? storePending(tx, order);
    });
  }

  async get(id: string): Promise<OrderRow> {
    const [order] = await this.db.select().from(orders).where(eq(orders.id, id));
    if (order === undefined) throw new Error(`Order ${id} was stored, and is gone.`);
    return order;
  }

  async settle(id: string, outcome: OrderOutcome): Promise<OrderRow> {
    const [settled] = await this.db
      .update(orders)
      .set({ ...recorded(outcome), decidedAt: sql`now()` })
      .where(and(eq(orders.id, id), eq(orders.status, 'pending')))
      .returning();
    return settled ?? (await this.get(id));
  }
}

async function storePending(db: OrderDatabase, { id, owner, draft }: NewOrder): Promise<OrderRow> {
  const [order] = await db
    .insert(orders)
    .values({
      id,
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

function recorded(outcome: OrderOutcome): Partial<OrderRow> {
  switch (outcome.kind) {
    case 'charged':
      return { status: 'confirmed', paymentId: outcome.paymentId, paymentStatus: 'succeeded' };
    case 'declined': {
      const { paymentId, declineReason } = outcome;
      return { status: 'cancelled', paymentId, paymentStatus: 'declined', declineReason };
    }
    case 'not_charged':
      return { status: 'cancelled' };
  }
}
