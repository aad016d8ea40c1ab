import type { ArgumentsHost } from '@nestjs/common';
import { graphqlRequestOf } from './graphql-request.js';
import type { HttpRequest } from './http-request.js';

/** The HTTP request that is being handled, by a controller or by a resolver; undefined for any other transport. */
export function requestOf(host: ArgumentsHost): HttpRequest | undefined {
  const transport = host.getType<string>();
  if (transport === 'http') return host.switchToHttp().getRequest<HttpRequest>();
  return transport === 'graphql' ? graphqlRequestOf(host) : undefined;
}
