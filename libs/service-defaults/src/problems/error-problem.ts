import { HttpException } from '@nestjs/common';
import { isDatabaseAway } from '@waybill/database';
import { ProblemException } from './problem.exception.js';
import type { Problem } from './problem.js';
import { statusProblem } from './status-problem.js';

const databaseAway: Problem = {
  status: 503,
  code: 'database_away',
  title: 'The database cannot be reached',
  detail: 'This service cannot reach its database just now. Try again later.',
  headers: { 'Retry-After': '1' },
};

const handlingTimeout: Problem = {
  status: 503,
  code: 'handling_timeout',
  title: 'The request took too long',
  detail: 'This service has not finished the request in time. It may still do so: ask again before you repeat it.',
  headers: { 'Retry-After': '5' },
};

/** The problem to answer where this was thrown. What nobody foresaw is a 500 that says nothing of its cause. */
export function errorProblem(error: unknown): Problem {
  if (error instanceof ProblemException) return error.problem;
  if (error instanceof HttpException && error.getStatus() < 500) return refusedByFramework(error);
  if (isDatabaseAway(error)) return databaseAway;
  if (codeOf(error) === 'FST_ERR_HANDLER_TIMEOUT') return handlingTimeout;
  return statusProblem(error instanceof HttpException ? error.getStatus() : 500);
}

/** Nest wraps what Fastify throws. Where a pipe refused, its own words are the clearest; they name no internals. */
function refusedByFramework(exception: HttpException): Problem {
  const fastifyCode = codeOf(exception.cause);
  const problem = statusProblem(exception.getStatus(), fastifyCode);
  return problem.status === 400 && !fastifyCode ? { ...problem, detail: exception.message } : problem;
}

function codeOf(cause: unknown): string | undefined {
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
