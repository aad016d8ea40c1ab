import { type PaymentRefund, paymentRefund, refundDeclined, refundFence } from '@waybill/contracts';
import type { PaymentAnswer } from '../payment-hop/payment-answer.js';
import type { RefundRow } from './refund.table.js';
import type { RefundOutcome } from './refund-store.js';

/** What an answer means for the refund. Undecided is not declined: the money may have moved. `reason` is for the log. */
export type RefundDecision = RefundOutcome | { readonly kind: 'undecided'; readonly reason: string };

/** Decides by payment's answer alone: a well-formed 201 or 402 of this refund, and nothing else. */
export function decideRefund(refund: RefundRow, answer: PaymentAnswer): RefundDecision {
  if ('lost' in answer) return undecided(answer.lost);
  if (answer.status === 201) return made(refund, paymentRefund.safeParse(answer.body).data);
  if (answer.status === 402) return declined(refund, answer.body);
  return undecided(`payment answered ${answer.status}`);
}

/** Decides by payment's answer to a fence, which tells what became of the refund for good. */
export function decideRefundByFence(refund: RefundRow, answer: PaymentAnswer): RefundDecision {
  if ('lost' in answer) return undecided(answer.lost);
  if (answer.status !== 200) return undecided(`payment answered ${answer.status} to a fence`);
  const fence = refundFence.safeParse(answer.body).data;
  if (fence?.refundId !== refund.id) return undecided('payment answered with no fence of this refund');
  if (fence.outcome === 'refunded') return made(refund, fence.refund ?? undefined);
  if (fence.refund === null) return { kind: 'not_refunded' };
  return { kind: 'declined', declineReason: fence.declineReason ?? 'generic_decline' };
}

function made(refund: RefundRow, answered: PaymentRefund | undefined): RefundDecision {
  const matches =
    answered?.status === 'succeeded' &&
    answered.id === refund.id &&
    answered.paymentId === refund.paymentId &&
    answered.amount.amount === refund.amount &&
    answered.amount.currency === refund.currency;
  return matches ? { kind: 'refunded' } : undecided('payment answered without a refund of this id and amount');
}

function declined(refund: RefundRow, body: unknown): RefundDecision {
  const refusal = refundDeclined.safeParse(body).data;
  return refusal?.refundId === refund.id
    ? { kind: 'declined', declineReason: refusal.declineReason }
    : undecided('payment answered 402 without a declined refund of this id');
}

function undecided(reason: string): RefundDecision {
  return { kind: 'undecided', reason };
}
