import type { PaymentRefund } from '@waybill/contracts';
import type { RefundRow } from './refund.table.js';

/** A refund that the gateway has decided. */
export type DecidedRefund = RefundRow & { status: PaymentRefund['status'] };

/** Whether the gateway has decided a refund; until then it is an intent, and reserves its amount. */
export function isDecided(row: RefundRow): row is DecidedRefund {
  return row.status !== 'pending';
}

/** A refund as it is answered. */
export function toPaymentRefund(row: DecidedRefund): PaymentRefund {
  return {
    id: row.id,
    paymentId: row.paymentId,
    status: row.status,
    amount: { amount: row.amount, currency: row.currency },
    createdAt: row.createdAt.toISOString(),
  };
}
