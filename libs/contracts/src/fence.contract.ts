import { z } from 'zod';
import { declineReason, payment } from './payment.contract.js';
import { paymentRefund } from './refund.contract.js';

/**
 * What `GET` and `PUT /payments/by-order/:orderId/fence` answer: what has become of an order's charge, for good. Once an
 * order is fenced, no charge is ever made for it again. `payment` is the charge, or the attempt that was declined; null
 * where there was none.
 */
export const chargeFence = z.object({
  orderId: z.uuid(),
  outcome: z.enum(['charged', 'not_charged']),
  payment: payment.nullable(),
  /** Why the attempt was declined; null where none was. */
  declineReason: declineReason.nullable(),
});

/** What has become of an order's charge. */
export type ChargeFence = z.infer<typeof chargeFence>;

/** The same of a refund: what `GET` and `PUT /payments/by-refund/:refundId/fence` answer. */
export const refundFence = z.object({
  refundId: z.uuid(),
  outcome: z.enum(['refunded', 'not_refunded']),
  refund: paymentRefund.nullable(),
  /** Why the attempt was declined; null where none was. */
  declineReason: declineReason.nullable(),
});

/** What has become of a refund. */
export type RefundFence = z.infer<typeof refundFence>;
