import { STATUS_CODES } from 'node:http';
import type { Problem } from './problem.js';

type Words = readonly [code: string, title: string, detail: string];

/** What the framework refuses before a handler runs, by status. */
const byStatus: Partial<Record<number, Words>> = {
  400: ['bad_request', 'The request is malformed', 'The request could not be understood.'],
  404: ['not_found', 'Nothing is here', 'There is no resource at this path for this method.'],
  408: ['request_timeout', 'The request took too long', 'The request was not received in full in time.'],
  413: ['body_too_large', 'The body is too large', 'A body may have at most 65536 bytes (64 KiB).'],
  414: ['url_too_long', 'The URL is too long', 'A part of the path is longer than any name that is used here.'],
  415: ['unsupported_media_type', 'The media type is not supported', 'Send the body as application/json.'],
  431: ['headers_too_large', 'The header fields are too large', 'Send fewer or shorter header fields.'],
  500: ['internal_error', 'Something went wrong here', 'The request failed by a fault of this service.'],
  503: ['service_unavailable', 'The service is not available', 'Try again later.'],
};

/** The same by Fastify's error code, where that says more than the status. */
const byFastifyCode: Partial<Record<string, Words>> = {
  FST_ERR_BAD_URL: ['malformed_url', 'The URL is malformed', 'The path is not valid percent-encoding (RFC 3986).'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [
    'malformed_body',
    'The body is malformed',
    'The body is empty where JSON was announced.',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_body', 'The body is malformed', 'The body is not valid JSON (RFC 8259).'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'malformed_body',
    'The body is malformed',
    'The body is not as long as its Content-Length says.',
  ],
};

/** The problem that stands for a status, and for one of Fastify's own errors if its code is given. */
export function statusProblem(status: number, fastifyCode = ''): Problem {
  const standard = STATUS_CODES[status] ?? 'Error';
  const [code, title, detail] = byFastifyCode[fastifyCode] ??
    byStatus[status] ?? [standard.toLowerCase().replace(/[^a-z]+/g, '_'), standard, `${standard}.`];
  return { status, code, title, detail };
}
