import { HttpStatus } from '@nestjs/common';
import { ProblemException } from '@waybill/service-defaults';

/** A client's own token says nothing of a person, who alone has a password to show again. */
export function peopleOnly(): ProblemException {
  return new ProblemException(
    HttpStatus.FORBIDDEN,
    'people_only',
    'Second keys are for people',
    'Only somebody who signed in gets a second key. A client shows its secret instead.',
  );
}

/** As many work as may. */
export function tooManySecondKeys(most: number): ProblemException {
  return new ProblemException(
    HttpStatus.CONFLICT,
    'too_many_second_keys',
    'Too many second keys',
    `At most ${most} second keys work at the same time. Revoke one that is not needed any more, or wait until one expires.`,
  );
}

/** There is no such key that works, or it is somebody else's: nobody is told which. */
export function secondKeyNotFound(): ProblemException {
  return new ProblemException(
    HttpStatus.NOT_FOUND,
    'second_key_not_found',
    'No such second key',
    'You have no second key with this id that works.',
  );
}
