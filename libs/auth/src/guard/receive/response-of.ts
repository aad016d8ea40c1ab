import type { ArgumentsHost } from '@nestjs/common';

/** What is done with an answer that is still to be given, alike on Express and on Fastify. */
export interface HttpResponse {
  header(name: string, value: string): unknown;
}

/** GraphQL's context, as Nest's drivers fill it: Apollo's with the response, Mercurius' with the reply. */
interface GraphqlContext {
  readonly res?: HttpResponse;
  readonly reply?: HttpResponse;
}

/** The answer to the HTTP request that is being handled; undefined where GraphQL's context hides it. */
export function responseOf(host: ArgumentsHost): HttpResponse | undefined {
  if (host.getType<string>() === 'http') return host.switchToHttp().getResponse<HttpResponse>();
  const { res, reply } = host.getArgByIndex<GraphqlContext | undefined>(2) ?? {};
  return [res, reply].find((response) => typeof response?.header === 'function');
}
