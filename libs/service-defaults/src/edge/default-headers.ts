import type { FastifyInstance, FastifyReply } from 'fastify';

/** Answers are for the one who asked, and are what their media type says. A handler may say otherwise. */
const defaults = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

/** Adds the header fields that every answer carries, and the id under which the log tells of the request. */
export function addDefaultHeaders(reply: FastifyReply): void {
  for (const [name, value] of Object.entries(defaults)) if (!reply.hasHeader(name)) reply.header(name, value);
  reply.header('X-Request-Id', reply.request.id);
}

/** Has every answer of a server carry the default header fields. */
export function useDefaultHeaders(server: FastifyInstance): void {
  server.addHook('onSend', async (_request, reply) => addDefaultHeaders(reply));
}
