import { HttpException } from '@nestjs/common';
import type { Answer, Refusal } from '../refuse/index.js';

/** A refusal on its way out of Nest. Being an HttpException, it keeps its status and body under any exception filter. */
export class RefusalException extends HttpException {
  constructor(
    readonly answer: Answer,
    refusal: Refusal,
  ) {
    super({ ...answer.body }, answer.status, { cause: refusal });
  }
}
