import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { pathOf } from '../edge/path.js';
import { requestId } from './request-id.js';

/** What the log says of one request. It never holds a query, a header or a body. */
export interface RequestLine {
  method: string | undefined;
  path: string;
  /** 499 where the client left before it was answered. */
  status: number;
  durationMs: number;
}

/** Describes a request that has ended. */
export function requestLine(request: IncomingMessage, response: ServerResponse, durationMs: number): RequestLine {
  const { originalUrl = request.url } = request as { originalUrl?: string };
  return { method: request.method, path: pathOf(originalUrl), status: statusOf(response), durationMs };
}

/** Writes the line of a request that ended before any middleware ran, Nest's and so the log's own included. */
export function logUnheard(log: Logger, request: IncomingMessage, response: ServerResponse): void {
  if (request.allLogs) return;
  const line = { requestId: requestId(request), ...requestLine(request, response, 0) };
  log[requestLevel(response)](line, 'request');
}

/** Failures of the service are errors, refusals are warnings. */
export function requestLevel(response: ServerResponse): 'error' | 'warn' | 'info' {
  if (response.statusCode >= 500) return 'error';
  return response.statusCode >= 400 ? 'warn' : 'info';
}

function statusOf(response: ServerResponse): number {
  return response.headersSent ? response.statusCode : 499;
}
