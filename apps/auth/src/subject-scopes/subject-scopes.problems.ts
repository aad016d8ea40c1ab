import { HttpStatus } from '@nestjs/common';
import { Scope } from '@waybill/contracts';
import { ProblemException } from '@waybill/service-defaults';

/** The request does not say which state it changes (RFC 6585 §3). */
export function preconditionRequired(): ProblemException {
  return new ProblemException(
    HttpStatus.PRECONDITION_REQUIRED,
    'precondition_required',
    'If-Match is missing',
    'Send If-Match with the ETag of the scopes as you have read them, so that no change of somebody else is lost.',
  );
}

/** The scopes are not as the request takes them to be (RFC 9110 §15.5.13). */
export function preconditionFailed(): ProblemException {
  return new ProblemException(
    HttpStatus.PRECONDITION_FAILED,
    'precondition_failed',
    'The scopes have changed',
    'The scopes are not those of this If-Match any more. Read them again, and decide anew.',
  );
}

/** Nobody would be left who can grant anything. */
export function lastAdministrator(): ProblemException {
  return new ProblemException(
    HttpStatus.CONFLICT,
    'last_administrator',
    'Nobody would be left to grant scopes',
    `This subject is the last one with ${Scope.GrantsWrite}. Grant it to another one first.`,
  );
}
