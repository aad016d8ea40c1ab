import type { SignedMessage } from '../../proof/index.js';

/** What is read of a request, alike on Express (an IncomingMessage) and on Fastify (which wraps one as `raw`). */
export interface HttpRequest extends ReceivedRequest {
  readonly method: string;
  readonly originalUrl: string;
  readonly rawBody?: Buffer;
}

/** What Node itself tells of a request. */
export interface ReceivedRequest {
  readonly raw?: NodeRequest;
  readonly rawHeaders?: string[];
  readonly socket?: Connection;
}

interface NodeRequest {
  readonly rawHeaders: string[];
  readonly socket?: Connection;
  readonly httpVersionMajor?: number;
  /** Of HTTP/2 alone. */
  readonly stream?: { readonly endAfterHeaders?: boolean };
}

interface Connection {
  readonly remoteAddress?: string | undefined;
}

/** Path of the request, without its query. */
export function pathOf(request: HttpRequest): string {
  return request.originalUrl.split('?', 1)[0] ?? '';
}

/** Query of the request: all that follows the first question mark (RFC 3986 §3.4), which may hold further ones. */
export function queryOf(request: HttpRequest): URLSearchParams {
  return new URLSearchParams(request.originalUrl.slice(pathOf(request).length));
}

/** Every value of a header field, as sent: Node's own `headers` silently keeps the first of two Authorization fields. */
export function fieldValues(request: ReceivedRequest, name: string): string[] {
  const lines = request.raw?.rawHeaders ?? request.rawHeaders ?? [];
  return lines.filter((_, index) => index % 2 === 1 && lines[index - 1]?.toLowerCase() === name);
}

/** The address at the other end of the connection; undefined where it has none, or has ended. */
export function remoteAddressOf({ raw, socket }: ReceivedRequest): string | undefined {
  return (raw?.socket ?? socket)?.remoteAddress;
}

/** The body's bytes as received, or undefined where there is a body that the framework did not keep (see `rawBody` of Nest). */
export function bodyOf(request: HttpRequest): Buffer | undefined {
  if (request.rawBody) return request.rawBody;
  const length = fieldValues(request, 'content-length').map(Number);
  const told = fieldValues(request, 'transfer-encoding').length > 0 || length.some((bytes) => bytes > 0);
  return told || hasUntoldBody(request) ? undefined : Buffer.alloc(0);
}

/** On HTTP/2 no field has to tell of a body (RFC 9113 §8.1): there is one, perhaps of no bytes, unless the header ended the request. */
function hasUntoldBody({ raw }: HttpRequest): boolean {
  return raw?.httpVersionMajor === 2 && raw.stream?.endAfterHeaders !== true;
}

const signedFields = [
  'authorization',
  'client-address',
  'content-digest',
  'content-type',
  'idempotency-key',
  'request-timeout-ms',
  'signature',
  'signature-input',
] as const;

/** The request as its signature sees it; field lines of one name are one value (RFC 9421 §2.1), so a repeated one shows. */
export function signedMessageOf(request: HttpRequest): SignedMessage {
  const value = (name: string) => fieldValues(request, name).join(', ');
  const present = signedFields.filter((name) => fieldValues(request, name).length > 0);
  return {
    method: request.method,
    authority: value('host') || value(':authority'), // HTTP/2 has no Host, as a rule (RFC 9113 §8.3.1)
    target: request.originalUrl,
    fields: Object.fromEntries(present.map((name) => [name, value(name)])),
  };
}
