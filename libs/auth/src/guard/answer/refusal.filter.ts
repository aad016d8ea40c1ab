import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Observable, throwError } from 'rxjs';
import { Refusal } from '../../refuse/index.js';
import { requestOf } from '../receive/request-of.js';
import { RefusalException } from './refusal.exception.js';
import { RefusalDesk } from './refusal-desk.js';

/** A response on Express, or the reply of Fastify around one. */
interface Response extends Pick<ServerResponse, 'destroy'> {
  readonly raw?: ServerResponse;
}

/** Answers refusals: those of the guard, and those that a handler meets on its way to the next service. */
@Catch(Refusal, RefusalException)
export class RefusalFilter implements ExceptionFilter<Refusal | RefusalException> {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly desk: RefusalDesk,
  ) {}

  /** @returns what Nest sends on, where it is not this that answers: an error for GraphQL, a failing stream for a message */
  catch(exception: Refusal | RefusalException, host: ArgumentsHost): RefusalException | Observable<never> | undefined {
    const request = requestOf(host);
    if (!request) return failMessage(exception, host.getType());
    const refused = exception instanceof RefusalException ? exception : this.desk.refuse(exception, request);
    if (host.getType<string>() === 'graphql') return refused;
    this.answer(refused, host);
    return undefined;
  }

  private answer({ answer }: RefusalException, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const response = host.switchToHttp().getResponse<Response>();
    if (httpAdapter.isHeadersSent(response)) {
      (response.raw ?? response).destroy(); // too late for an answer: what was begun must not look complete
      return;
    }
    for (const [name, value] of Object.entries(answer.headers)) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, answer.body, answer.status);
  }
}

/** A microservice's client learns the kind of refusal, in the form of Nest's own exceptions; elsewhere Nest's handler takes it. */
function failMessage(exception: Refusal | RefusalException, transport: string): Observable<never> {
  if (transport !== 'rpc') throw exception;
  const message = exception instanceof Refusal ? exception.terms.title : exception.message;
  return throwError(() => ({ status: 'error', message }));
}
