import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { logUnheard } from '../logging/index.js';
import { problemBody, problemMediaType, statusProblem } from '../problems/index.js';
import { addDefaultHeaders } from './default-headers.js';
import { pathOf } from './path.js';

/**
 * Answers a URL that Fastify's router refuses before any hook or middleware runs, Nest's and the log's included:
 * broken percent-encoding, a path parameter that is too long.
 */
export function answerUnroutable(log: Logger) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = statusProblem(error.statusCode ?? 400, error.code);
    addDefaultHeaders(reply);
    reply.raw.once('close', () => logUnheard(log, request.raw, reply.raw));
    reply
      .code(problem.status)
      .type(problemMediaType)
      .send(problemBody(problem, pathOf(request.raw.url)));
  };
}
