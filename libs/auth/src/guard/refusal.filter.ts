import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Refusal } from '../refuse/index.js';
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

  catch(exception: Refusal | RefusalException, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw exception;
    const http = host.switchToHttp();
    const refused = exception instanceof RefusalException ? exception : this.desk.refuse(exception, http.getRequest());
    const { httpAdapter } = this.adapterHost;
    const response = http.getResponse<Response>();
    if (httpAdapter.isHeadersSent(response)) {
      (response.raw ?? response).destroy(); // too late for an answer: what was begun must not look complete
      return;
    }
    for (const [name, value] of Object.entries(refused.answer.headers)) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, refused.answer.body, refused.answer.status);
  }
}
