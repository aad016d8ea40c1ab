import { chargeFence, type Money, type Payment, payment, paymentDeclined } from '@waybill/contracts';
import type { OrderOutcome } from '../orders/order-store.js';
import type { PaymentAnswer } from '../payment-hop/payment-answer.js';

/** What payment was asked: to charge this much for this order. */
export interface Charge {
  orderId: string;
  amount: Money;
}

/** What an answer means for the order. Undecided is not declined: the money may have moved. `reason` is for the log. */
export type OrderDecision = OrderOutcome | { readonly kind: 'undecided'; readonly reason: string };

/**
 * Decides by payment's answer to a charge alone. Only a well-formed 201 for this order and amount, or a well-formed 402
 * for this order, decides; whatever else came back leaves the order as it is.
 */
export function decide(charge: Charge, answer: PaymentAnswer): OrderDecision {
  if ('lost' in answer) return undecided(answer.lost);
  if (answer.status === 201) return charged(charge, answer.body);
  if (answer.status === 402) return declined(charge, answer.body);
  return undecided(`payment answered ${answer.status}`);
}

/** Decides by payment's answer to a fence, which tells what became of the charge for good. */
export function decideByFence(charge: Charge, answer: PaymentAnswer): OrderDecision {
  if ('lost' in answer) return undecided(answer.lost);
  if (answer.status !== 200) return undecided(`payment answered ${answer.status} to a fence`);
  const fence = chargeFence.safeParse(answer.body).data;
  if (fence?.orderId !== charge.orderId) return undecided('payment answered with no fence of this order');
  if (fence.outcome === 'charged') return paid(charge, fence.payment);
  if (fence.payment === null) return { kind: 'not_charged' };
  return { kind: 'declined', paymentId: fence.payment.id, declineReason: fence.declineReason ?? 'generic_decline' };
}

function charged(charge: Charge, body: unknown): OrderDecision {
  const made = payment.safeParse(body).data;
  return made?.status === 'succeeded' ? paid(charge, made) : paid(charge, null);
}

function paid({ orderId, amount }: Charge, made: Payment | null): OrderDecision {
  const matches =
    made !== null &&
    made.orderId === orderId &&
    made.amount.amount === amount.amount &&
    made.amount.currency === amount.currency;
  return matches
    ? { kind: 'charged', paymentId: made.id }
    : undecided('payment answered without a payment of this order and amount');
}

function declined({ orderId }: Charge, body: unknown): OrderDecision {
  const refusal = paymentDeclined.safeParse(body).data;
  return refusal?.orderId === orderId
    ? { kind: 'declined', paymentId: refusal.paymentId, declineReason: refusal.declineReason }
    : undecided('payment answered 402 without a declined payment of this order');
}

function undecided(reason: string): OrderDecision {
  return { kind: 'undecided', reason };
}
