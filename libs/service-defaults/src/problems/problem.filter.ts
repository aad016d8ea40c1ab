import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { pathOf } from '../edge/path.js';
import { errorProblem } from './error-problem.js';
import { ProblemException } from './problem.exception.js';
import { problemBody, problemMediaType } from './problem.js';

/** Answers everything that was thrown, except the refusals of `@waybill/auth`, with problem details (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const [request, response] = [host.switchToHttp().getRequest(), host.switchToHttp().getResponse()];
    const problem = errorProblem(error);
    if (problem.status >= 500) noteForLog(response.raw ?? response, error);
    if (httpAdapter.isHeadersSent(response)) {
      (response.raw ?? response).destroy(); // what was begun must not look complete
      return;
    }
    const headers = { ...problem.headers, 'Content-Type': problemMediaType };
    for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, problemBody(problem, pathOf(httpAdapter.getRequestUrl(request))), problem.status);
  }
}

/** The line of the request tells the error with its stack; of a problem that was foreseen, only what caused it. */
function noteForLog(response: ServerResponse, error: unknown): void {
  const told = error instanceof ProblemException ? error.cause : error;
  if (told === undefined) return;
  response.err = told instanceof Error ? told : new Error('a value that is no error was thrown');
}
