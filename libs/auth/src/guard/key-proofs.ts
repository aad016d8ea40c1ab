import { Injectable } from '@nestjs/common';
import { TokenInvalid } from '../refuse/index.js';
import type { Caller } from '../verify/index.js';
import type { HttpRequest } from './http-request.js';
import type { Sensitivity } from './sensitive.decorator.js';

/** Holds requests against the key that their token is bound to (DPoP, RFC 9449). */
@Injectable()
export class KeyProofs {
  /** @throws TokenInvalid */
  async require(_request: HttpRequest, sensitivity: Sensitivity | undefined, { confirmation }: Caller): Promise<void> {
    if (sensitivity?.dpop || confirmation?.keyThumbprint !== undefined) throw new TokenInvalid('cnf.jkt');
  }
}
