import { HttpStatus } from '@nestjs/common';
import { ProblemException } from '@waybill/service-defaults';
import { GatewayOutcomeUnknown } from '../gateway/payment-gateway.js';
import type { DecidedPayment } from '../payment/payment.js';
import { PaymentMismatch } from './charge.js';

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
  if (error instanceof GatewayOutcomeUnknown) return undecided(error);
  return error;
}

function mismatch(): ProblemException {
  return new ProblemException(
    HttpStatus.CONFLICT,
    'payment_mismatch',
    'The order has another payment',
    'This order was charged for already, with another amount, method or payer.',
  );
}

function undecided(cause: Error): ProblemException {
  return new ProblemException(
    HttpStatus.SERVICE_UNAVAILABLE,
    'gateway_undecided',
    'The gateway gave no decision',
    'Nobody can say yet whether the charge was made. Send the same request again: it never charges twice.',
    {},
    { 'Retry-After': '5' },
    { cause },
  );
}
