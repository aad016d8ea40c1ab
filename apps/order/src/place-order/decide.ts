import { type Money, payment, paymentDeclined } from '@waybill/contracts';

/** What payment was asked: to charge this much for this order. */
export interface Charge {
  orderId: string;
  amount: Money;
}

/** What came back from payment: a whole answer, or no answer that could be read (`reason`, for the log). */
export type PaymentAnswer = { status: number; body: unknown } | { lost: string };

/** What an answer means for the order. Undecided is not declined: the money may have moved. */
export type Decision =
  | { kind: 'charged'; paymentId: string }
  | { kind: 'declined'; paymentId: string; declineReason: string }
  | { kind: 'undecided'; reason: string };

/**
 * Decides by payment's answer alone. Only a well-formed 201 for this order and amount, or a well-formed 402 for this
 * order, decides; whatever else came back leaves the order as it is.
 */
export function decide(charge: Charge, answer: PaymentAnswer): Decision {
  if ('lost' in answer) return { kind: 'undecided', reason: answer.lost };
  if (answer.status === 201) return charged(charge, answer.body);
  if (answer.status === 402) return declined(charge, answer.body);
  return { kind: 'undecided', reason: `payment answered ${answer.status}` };
}

function charged({ orderId, amount }: Charge, body: unknown): Decision {
  const made = payment.safeParse(body).data;
  const matches =
    made?.status === 'succeeded' &&
    made.orderId === orderId &&
    made.amount.amount === amount.amount &&
    made.amount.currency === amount.currency;
  return matches
    ? { kind: 'charged', paymentId: made.id }
    : { kind: 'undecided', reason: 'payment answered 201 without a payment of this order and amount' };
}

function declined({ orderId }: Charge, body: unknown): Decision {
  const refusal = paymentDeclined.safeParse(body).data;
  return refusal?.orderId === orderId
    ? { kind: 'declined', paymentId: refusal.paymentId, declineReason: refusal.declineReason }
    : { kind: 'undecided', reason: 'payment answered 402 without a declined payment of this order' };
}
