import type { Payment, PaymentStatus } from '@waybill/contracts';
import type { PaymentRow } from './payment.table.js';

/** A payment that the gateway has decided. */
export type DecidedPayment = PaymentRow & { status: 'succeeded' | 'declined' };

/** Whether the gateway has decided a payment; until then it is an intent, and no payment to anybody. */
export function isDecided(row: PaymentRow): row is DecidedPayment {
  return row.status !== 'pending';
}

/** A payment as it is answered. */
export function toPayment(row: DecidedPayment): Payment {
  return {
    id: row.id,
    orderId: row.orderId,
    status: statusOf(row),
    amount: { amount: row.amount, currency: row.currency },
    refunded: { amount: row.refunded, currency: row.currency },
    createdAt: row.createdAt.toISOString(),
  };
}

function statusOf({ status, amount, refunded }: DecidedPayment): PaymentStatus {
  if (refunded === 0) return status;
  return refunded < amount ? 'partially_refunded' : 'refunded';
}
