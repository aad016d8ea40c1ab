import { HttpStatus } from '@nestjs/common';
import { ProblemException } from '@waybill/service-defaults';
import { KeyReused, StillInFlight } from './idempotency.js';

/** What a repetition that cannot be answered means to the client; any other error is passed on as it is. */
export function idempotencyProblem(error: unknown): unknown {
  if (error instanceof KeyReused) return reused();
  if (error instanceof StillInFlight) return inFlight();
  return error;
}

function reused(): ProblemException {
  return new ProblemException(
    HttpStatus.UNPROCESSABLE_ENTITY,
    'idempotency_key_reused',
    'The idempotency key was used for another request',
    'This Idempotency-Key came before with another body. Use a new key for a new request.',
  );
}

function inFlight(): ProblemException {
  return new ProblemException(
    HttpStatus.CONFLICT,
    'idempotency_key_in_flight',
    'The first request with this key is still being carried out',
    'A request with this Idempotency-Key is being carried out. Send the same request again in a moment.',
    {},
    { 'Retry-After': '1' },
  );
}
