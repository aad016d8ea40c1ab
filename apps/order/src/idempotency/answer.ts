import type { Order, Refund } from '@waybill/contracts';
import { type Problem, problemBody, problemMediaType } from '@waybill/service-defaults';

/** What a request is answered: kept as a value, so that the same answer can be given again. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
  /** Whether it stands for ever. One that is not final says only how things stand. */
  readonly final: boolean;
}

/** What is needed of the response that is being built. */
export interface Reply {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
}

/** An answer that is the thing itself: 201 once it is decided, 202 until then. */
export function standing(thing: Order | Refund, status: 201 | 202, headers: Record<string, string>): Answer {
  return { status, headers, body: thing, final: status === 201 };
}

/** A final answer that is a problem (RFC 9457). `instance` is the route's path. */
export function finalProblem(problem: Problem, instance: string): Answer {
  const headers = { ...problem.headers, 'Content-Type': problemMediaType };
  return { status: problem.status, headers, body: problemBody(problem, instance), final: true };
}

/** An answer that another request got before, marked as such. */
export function replayed(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, 'Idempotent-Replayed': 'true' } };
}

/** Puts an answer's status and header fields on the response; what it returns is the body. */
export function send(reply: Reply, { status, headers, body }: Answer): object {
  reply.status(status);
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  return body;
}
