import { HttpStatus } from '@nestjs/common';
import { ProblemException } from '@waybill/service-defaults';
import { gatewayProblemOf } from '../gateway/gateway.problems.js';
import type { DecidedRefund } from './payment-refund.js';
import { RefundFenced, RefundMismatch } from './refund.js';
import { PaymentNotRefundable, PaymentUnknown, RefundExceedsCharge } from './refundable.js';

/** How a declined refund is answered; `refundDeclined` of the contracts reads it. */
export function declined({ id: refundId, paymentId, declineReason }: DecidedRefund): ProblemException {
  return new ProblemException(
    HttpStatus.PAYMENT_REQUIRED,
    'refund_declined',
    'The refund was declined',
    'The gateway declined the refund, and it will not be tried again under this id.',
    { refundId, paymentId, declineReason },
  );
}

/** What a failed refund means to the client; any other error is passed on as it is. */
export function problemOf(error: unknown): unknown {
  if (error instanceof PaymentUnknown) return paymentUnknown();
  if (error instanceof PaymentNotRefundable) return notRefundable();
  if (error instanceof RefundExceedsCharge) return exceedsCharge(error.left);
  if (error instanceof RefundMismatch) return mismatch();
  if (error instanceof RefundFenced) return fenced();
  return gatewayProblemOf(error);
}

function paymentUnknown(): ProblemException {
  return new ProblemException(
    HttpStatus.NOT_FOUND,
    'payment_not_found',
    'No such payment',
    'There is no payment with this id.',
  );
}

function notRefundable(): ProblemException {
  return new ProblemException(
    HttpStatus.CONFLICT,
    'payment_not_refundable',
    'The payment cannot be refunded',
    'This payment was declined, or is not decided yet: there is no charge to give back.',
  );
}

function exceedsCharge(left: number): ProblemException {
  return new ProblemException(
    HttpStatus.UNPROCESSABLE_ENTITY,
    'refund_exceeds_charge',
    'The refund exceeds the charge',
    `Of this charge ${left} is left, in minor units: the rest was given back, or is reserved for refunds that are not decided yet.`,
    { left },
  );
}

function mismatch(): ProblemException {
  return new ProblemException(
    HttpStatus.CONFLICT,
    'refund_mismatch',
    'The id stands for another refund',
    'A refund with this id was asked for already, of another payment or with another amount.',
  );
}

function fenced(): ProblemException {
  return new ProblemException(
    HttpStatus.CONFLICT,
    'refund_fenced',
    'The refund is fenced',
    'It was settled that nothing is given back under this id, and nothing ever will be. Take a new id.',
  );
}
