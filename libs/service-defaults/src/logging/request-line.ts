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
  return { method: request.method, path: requestedPath(request), status: statusOf(response), durationMs };
}

/** Writes the line of a request that ended before any middleware ran, Nest's and so the log's own included. */
export function logUnheard(log: Logger, request: IncomingMessage, response: ServerResponse): void {
  if (request.allLogs) return;
  const line = { requestId: requestId(request), ...requestLine(request, response, 0) };
  log[requestLevel(request, response)](line, 'request');
}

/** Failures of the service are errors, refusals are warnings; a probe that finds it well is not worth a line every few seconds. */
export function requestLevel(request: IncomingMessage, response: ServerResponse): 'error' | 'warn' | 'info' | 'debug' {
  if (response.statusCode >= 500) return 'error';
  if (response.statusCode >= 400) return 'warn';
  return isProbe(requestedPath(request)) ? 'debug' : 'info';
}

function isProbe(path: string): boolean {
  return path === '/metrics' || path.startsWith('/health/');
}

/** The whole path, which Express-like middleware shortens while it runs. */
function requestedPath(request: IncomingMessage): string {
  return pathOf((request as { originalUrl?: string }).originalUrl ?? request.url);
}

function statusOf(response: ServerResponse): number {
  return response.headersSent ? response.statusCode : 499;
}
