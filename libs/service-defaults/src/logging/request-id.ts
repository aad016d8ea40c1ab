import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const wellFormed = /^[A-Za-z0-9._-]{1,64}$/;

/** The id under which the log tells of a request: what `X-Request-Id` says if that is a plain name, else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  request.id ??= typeof given === 'string' && wellFormed.test(given) ? given : randomUUID();
  return String(request.id);
}
