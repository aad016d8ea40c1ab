import { z } from 'zod';
import { currency, money } from './money.js';

/** A payment method of the gateway, such as `pm_card_visa`. */
export const paymentMethod = z
  .string()
  .regex(/^pm_[A-Za-z0-9_]{1,60}$/, 'must be a payment method such as pm_card_visa');

/** What `POST /payments` takes: which order to charge, how much, and how. */
export const createPaymentBody = z.strictObject({ orderId: z.uuid(), amount: money, paymentMethod });

/** The body of `POST /payments`. */
export type CreatePaymentBody = z.infer<typeof createPaymentBody>;

/** What has become of a payment. */
export const paymentStatus = z.enum(['succeeded', 'declined', 'partially_refunded', 'refunded']);

/** What has become of a payment. */
export type PaymentStatus = z.infer<typeof paymentStatus>;

/** A payment as payment answers it. */
export const payment = z.object({
  id: z.uuid(),
  orderId: z.uuid(),
  status: paymentStatus,
  amount: money,
  refunded: z.object({ amount: z.int().nonnegative(), currency }),
  createdAt: z.iso.datetime(),
});

/** A payment. */
export type Payment = z.infer<typeof payment>;

/** Why a gateway declined a charge, as a word such as `insufficient_funds`. */
export const declineReason = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);

/** How payment answers a declined charge (402): problem details that name the declined payment and its order. */
export const paymentDeclined = z.object({
  status: z.literal(402),
  code: z.literal('payment_declined'),
  detail: z.string(),
  declineReason,
  paymentId: z.uuid(),
  orderId: z.uuid(),
});
