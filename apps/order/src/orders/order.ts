import type { Order } from '@waybill/contracts';
import type { OrderRow } from './order.table.js';

/** A stored order as it is answered. */
export function toOrder(row: OrderRow): Order {
  return {
    id: row.id,
    status: row.status,
    items: row.items,
    total: { amount: row.total, currency: row.currency },
    payment: row.paymentId && row.paymentStatus ? { id: row.paymentId, status: row.paymentStatus } : null,
    createdAt: row.createdAt.toISOString(),
  };
}
