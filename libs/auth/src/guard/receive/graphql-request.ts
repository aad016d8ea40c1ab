import type { ArgumentsHost } from '@nestjs/common';
import { fieldValues, type HttpRequest } from './http-request.js';

/** GraphQL's context, as Nest's drivers fill it: with the request, and Mercurius' with the reply too. */
interface GraphqlContext {
  readonly req?: HttpRequest;
  readonly reply?: { readonly request?: HttpRequest };
}

/** What a resolver is told of the operation. */
interface GraphqlInfo {
  readonly operation?: { readonly operation?: string };
}

/**
 * The HTTP request that carries a GraphQL query or mutation: `req` of the GraphQL context, where Nest's drivers put it.
 * Undefined, and so refused: a subscription, which outlives its token; what came over a WebSocket; and a context that hides
 * the request, or was given to several.
 */
export function graphqlRequestOf(host: ArgumentsHost): HttpRequest | undefined {
  const context = host.getArgByIndex<GraphqlContext | undefined>(2);
  const operation = host.getArgByIndex<GraphqlInfo | undefined>(3)?.operation?.operation;
  if (operation !== 'query' && operation !== 'mutation') return undefined;
  const request = context?.req;
  return isReceived(request) && !isUpgrade(request) && !isShared(context) ? request : undefined;
}

/** The guard reads raw header lines and the address as received; an object of the application's own making has neither. */
function isReceived(request: HttpRequest | undefined): request is HttpRequest {
  return Array.isArray(request?.raw?.rawHeaders ?? request?.rawHeaders) && typeof request?.originalUrl === 'string';
}

function isUpgrade(request: HttpRequest): boolean {
  return fieldValues(request, 'upgrade').some((protocol) => /websocket/i.test(protocol));
}

/**
 * One `context` object for all requests, instead of a function that makes one for each, keeps the first caller's request:
 * Nest's Mercurius driver sets `req` once, but Mercurius itself sets `reply` every time.
 */
function isShared({ req, reply }: GraphqlContext = {}): boolean {
  return reply !== undefined && reply.request !== req;
}
