import { z } from 'zod';
import { type Money, money } from './money.js';
import { declineReason } from './payment.contract.js';

const minorUnits = z
  .int()
  .positive()
  .transform((amount): Money => ({ amount, currency: 'EUR' }));

/**
 * What `POST /orders/:id/refunds` takes: how much to give back, as money or in minor units alone; without an amount, all
 * that is left of the charge.
 */
export const refundOrderBody = z.strictObject({ amount: z.union([minorUnits, money]).optional() });

/** The body of `POST /orders/:id/refunds`. */
export type RefundOrderBody = z.infer<typeof refundOrderBody>;

/** What has become of a refund. */
export const refundStatus = z.enum(['pending', 'succeeded', 'declined', 'cancelled']);

/** A refund as order answers it: `pending` until payment has decided, `cancelled` where nothing was given back. */
export const refund = z.object({
  id: z.uuid(),
  orderId: z.uuid(),
  status: refundStatus,
  amount: money,
  createdAt: z.iso.datetime(),
});

/** A refund. */
export type Refund = z.infer<typeof refund>;

/** What `POST /payments/:id/refunds` takes. `refundId` names the refund for ever: the same one is never made twice. */
export const createPaymentRefundBody = z.strictObject({ refundId: z.uuid(), amount: money });

/** The body of `POST /payments/:id/refunds`. */
export type CreatePaymentRefundBody = z.infer<typeof createPaymentRefundBody>;

/** A refund as payment answers it. */
export const paymentRefund = z.object({
  id: z.uuid(),
  paymentId: z.uuid(),
  status: z.enum(['succeeded', 'declined']),
  amount: money,
  createdAt: z.iso.datetime(),
});

/** A decided refund of a payment. */
export type PaymentRefund = z.infer<typeof paymentRefund>;

/** How payment answers a refund that the gateway declined (402): problem details that name the refund and its payment. */
export const refundDeclined = z.object({
  status: z.literal(402),
  code: z.literal('refund_declined'),
  detail: z.string(),
  declineReason,
  refundId: z.uuid(),
  paymentId: z.uuid(),
});
