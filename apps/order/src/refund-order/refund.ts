import type { Refund } from '@waybill/contracts';
import { type Answer, finalProblem, standing } from '../idempotency/answer.js';
import type { RefundRow } from './refund.table.js';

/** When a client may ask again what became of a pending refund, seconds. */
const askAgainSeconds = 5;

/** A stored refund as it is answered. */
export function toRefund({ id, orderId, status, amount, currency, createdAt }: RefundRow): Refund {
  return { id, orderId, status, amount: { amount, currency }, createdAt: createdAt.toISOString() };
}

/** How refunding is answered as the refund stands: 201 made, 402 declined, 409 given up, 202 not decided yet. */
export function refundAnswer(refund: RefundRow): Answer {
  const location = { Location: `/orders/${refund.orderId}/refunds/${refund.id}` };
  switch (refund.status) {
    case 'succeeded':
      return standing(toRefund(refund), 201, location);
    case 'pending':
      return standing(toRefund(refund), 202, { ...location, 'Retry-After': String(askAgainSeconds) });
    default:
      return finalProblem({ ...whyNotMade(refund), headers: location }, `/orders/${refund.orderId}/refunds`);
  }
}

function whyNotMade({ id: refundId, orderId, status, declineReason }: RefundRow) {
  return status === 'declined'
    ? {
        status: 402,
        code: 'refund_declined',
        title: 'The refund was declined',
        detail: 'The gateway declined the refund, and nothing was given back.',
        extensions: { refundId, orderId, declineReason },
      }
    : {
        status: 409,
        code: 'refund_cancelled',
        title: 'The refund was cancelled',
        detail: 'The refund could not be made in time. Nothing was given back: use a new key to ask again.',
        extensions: { refundId, orderId },
      };
}
