import { HttpException } from '@nestjs/common';
import type { Problem } from './problem.js';

/**
 * Thrown to answer with a problem (RFC 9457); the one way for an app to refuse what is not a matter of authorization.
 *
 * @example throw new ProblemException(404, 'order_not_found', 'No such order', 'You have no order with this id.');
 */
export class ProblemException extends HttpException {
  readonly problem: Problem;

  /**
   * @param extensions further members of the body
   * @param headers further header fields of the answer
   * @param options `cause` goes to the log where the status is 5xx, never on the wire
   */
  constructor(
    status: number,
    code: string,
    title: string,
    detail: string,
    extensions?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
    options?: { cause?: unknown },
  ) {
    super(title, status, options);
    this.problem = { status, code, title, detail, ...(extensions && { extensions }), ...(headers && { headers }) };
  }
}
