import { HttpStatus } from '@nestjs/common';
import { ProblemException } from '@waybill/service-defaults';
import { gatewayProblemOf } from '../gateway/gateway.problems.js';
import type { DecidedPayment } from '../payment/payment.js';
import { OrderFenced, PaymentMismatch } from './charge.js';

/** How a declined payment is answered; `paymentDeclined` of the contracts reads it. */
export function declined({ id: paymentId, orderId, declineReason }: DecidedPayment): ProblemException {
  return new ProblemException(
    HttpStatus.PAYMENT_REQUIRED,
    'payment_declined',
    'The payment was declined',
    'The gateway declined the charge, and it will not be tried again.',
    { paymentId, orderId, declineReason },
  );
}

/** What a failed charge means to the client; any other error is passed on as it is. */
export function problemOf(error: unknown): unknown {
  if (error instanceof PaymentMismatch) return mismatch();
  if (error instanceof OrderFenced) return fenced();
  return gatewayProblemOf(error);
}

function mismatch(): ProblemException {
  return new ProblemException(
    HttpStatus.CONFLICT,
    'payment_mismatch',
    'The order has another payment',
    'This order was charged for already, with another amount, method or payer.',
  );
}

function fenced(): ProblemException {
  return new ProblemException(
    HttpStatus.CONFLICT,
    'order_fenced',
    'The order is fenced',
    'It was settled that this order is not charged, and it never will be. Place a new order.',
  );
}
