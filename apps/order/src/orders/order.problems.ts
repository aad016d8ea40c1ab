import { HttpStatus } from '@nestjs/common';
import { ProblemException } from '@waybill/service-defaults';

/** There is no order of this id, or it is another's: which of the two is nobody's business. */
export function orderNotFound(): ProblemException {
  return new ProblemException(
    HttpStatus.NOT_FOUND,
    'order_not_found',
    'No such order',
    'There is no order with this id for you.',
  );
}
