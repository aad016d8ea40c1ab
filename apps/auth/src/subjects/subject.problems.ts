import { HttpStatus } from '@nestjs/common';
import { ProblemException } from '@waybill/service-defaults';

/** There is no account and no client of this name. Only an administrator is told. */
export function subjectNotFound(): ProblemException {
  return new ProblemException(
    HttpStatus.NOT_FOUND,
    'subject_not_found',
    'No such subject',
    'There is no account and no client with this "sub".',
  );
}
