import { HttpStatus } from '@nestjs/common';
import { ProblemException } from '@waybill/service-defaults';
import { idempotencyProblem } from '../idempotency/idempotency.problems.js';
import { orderNotFound } from '../orders/order.problems.js';
import { ExceedsCharge, NotRefundable, OrderUnknown } from './refund-store.js';

/** What a refund that cannot be made means to the client; any other error is passed on as it is. */
export function refundProblem(error: unknown): unknown {
  if (error instanceof OrderUnknown) return orderNotFound();
  if (error instanceof NotRefundable) return notRefundable();
  if (error instanceof ExceedsCharge) return exceedsCharge(error);
  return idempotencyProblem(error);
}

/** There is no refund of this id. */
export function refundNotFound(): ProblemException {
  return new ProblemException(
    HttpStatus.NOT_FOUND,
    'refund_not_found',
    'No such refund',
    'This order has no refund with this id.',
  );
}

function notRefundable(): ProblemException {
  return new ProblemException(
    HttpStatus.CONFLICT,
    'order_not_refundable',
    'The order cannot be refunded',
    'Only a confirmed order was charged, so only that can be refunded.',
  );
}

function exceedsCharge({ left }: ExceedsCharge): ProblemException {
  return new ProblemException(
    HttpStatus.UNPROCESSABLE_ENTITY,
    'refund_exceeds_charge',
    'The refund exceeds the charge',
    `Of this order's charge ${left} is left in minor units, refunds that are pending counted.`,
    { left },
  );
}
