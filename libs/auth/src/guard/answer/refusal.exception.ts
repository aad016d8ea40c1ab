import { HttpException } from '@nestjs/common';
import type { Answer, ProblemDetails, Refusal } from '../../refuse/index.js';

/** A refusal on its way out of Nest. Being an HttpException, it keeps its status and body under any exception filter. */
export class RefusalException extends HttpException {
  constructor(
    readonly answer: Answer,
    refusal: Refusal,
  ) {
    super({ ...answer.body }, answer.status, { cause: refusal });
    this.message = answer.body.title;
  }

  /** What GraphQL adds to the error that a client sees (GraphQL §7.1.2): the problem details. */
  get extensions(): ProblemDetails {
    return this.answer.body;
  }
}
