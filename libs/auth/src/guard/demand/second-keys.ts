import { Injectable } from '@nestjs/common';
import { secondKeyField, secondKeyMatches } from '../../proof/index.js';
import { SecondKeyInvalid } from '../../refuse/index.js';
import type { Caller } from '../../verify/index.js';
import type { Sensitivity } from '../declare/sensitive.decorator.js';
import { fieldValues, type HttpRequest } from '../receive/http-request.js';

/** Holds requests against the second key that their token is bound to: with the token alone, whose hash says it all, and nobody is asked. */
@Injectable()
export class SecondKeys {
  /** @throws SecondKeyInvalid */
  require(request: HttpRequest, sensitivity: Sensitivity | undefined, { confirmation }: Caller): void {
    const hash = confirmation?.secondKeyHash;
    if (hash === undefined) {
      if (sensitivity?.secondKey) throw new SecondKeyInvalid('second_key.token_not_bound');
      return;
    }
    const [key, ...more] = fieldValues(request, secondKeyField);
    if (key === undefined) throw new SecondKeyInvalid('second_key.none');
    if (more.length > 0) throw new SecondKeyInvalid('second_key.two_fields');
    if (!secondKeyMatches(key, hash)) throw new SecondKeyInvalid('second_key.mismatch');
  }
}
