import { HttpStatus } from '@nestjs/common';
import { ProblemException } from '@waybill/service-defaults';
import { GatewayOutcomeUnknown } from './payment-gateway.js';
import { NoTimeLeft } from './timed-gateway.js';

/** What it means to the client that the gateway gave no decision; any other error is passed on as it is. */
export function gatewayProblemOf(error: unknown): unknown {
  if (error instanceof GatewayOutcomeUnknown) return undecided(error);
  if (error instanceof NoTimeLeft) return noTimeLeft();
  return error;
}

function undecided(cause: Error): ProblemException {
  return new ProblemException(
    HttpStatus.SERVICE_UNAVAILABLE,
    'gateway_undecided',
    'The gateway gave no decision',
    'Nobody can say yet whether the money moved. Send the same request again: it never moves twice.',
    {},
    { 'Retry-After': '5' },
    { cause },
  );
}

function noTimeLeft(): ProblemException {
  return new ProblemException(
    HttpStatus.SERVICE_UNAVAILABLE,
    'no_time_left',
    'There is no time left',
    'The time that you allow for an answer is over, so nothing was begun. Send the request again.',
    {},
    { 'Retry-After': '1' },
  );
}
