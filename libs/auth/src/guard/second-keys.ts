import { Injectable } from '@nestjs/common';
import { TokenInvalid } from '../refuse/index.js';
import type { Caller } from '../verify/index.js';
import type { HttpRequest } from './http-request.js';
import type { Sensitivity } from './sensitive.decorator.js';

/** Holds requests against the second key that their token is bound to. */
@Injectable()
export class SecondKeys {
  /** @throws TokenInvalid */
  require(_request: HttpRequest, sensitivity: Sensitivity | undefined, { confirmation }: Caller): void {
    if (sensitivity?.secondKey || confirmation?.secondKeyHash !== undefined) throw new TokenInvalid('cnf.second_key');
  }
}
