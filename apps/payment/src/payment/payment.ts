import type { Payment, PaymentStatus } from '@waybill/contracts';
import type { PaymentRow } from './payment.table.js';

/** A payment that the gateway has decided. */
export type DecidedPayment = PaymentRow & { status: PaymentStatus };

/** Whether the gateway has decided a payment; until then it is an intent, and no payment to anybody. */
export function isDecided(row: PaymentRow): row is DecidedPayment {
  return row.status !== 'pending';
}

/** A payment as it is answered. */
export function toPayment(row: DecidedPayment): Payment {
  return {
    id: row.id,
    orderId: row.orderId,
    status: row.status,
    amount: { amount: row.amount, currency: row.currency },
    refunded: { amount: 0, currency: row.currency },
    createdAt: row.createdAt.toISOString(),
  };
}
