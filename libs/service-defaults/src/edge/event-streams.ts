import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Intake } from './intake.js';

/**
 * A connection on which a stream moves nothing for so long, milliseconds, is cut off, as far as Node notices: a reader that
 * takes nothing may hold it longer. So whoever offers a stream says something more often than that, and bounds how long it lasts.
 */
const silenceMs = 10_000;

/** So many wait for the end of a stream at most: the edge, the log, the metrics and Fastify, about a dozen. Node warns beyond. */
const mostListeners = 20;

/**
 * Streams of server-sent events have no end to wait for. Once one begins, it is no request that is being worked on, and the
 * time-out of handlers does not end it; whoever offers it bounds how many there are.
 */
export function letEventStreamsLast(server: FastifyInstance, intake: Intake): void {
  server.addHook('onSend', async (_request, reply) => {
    if (!isEventStream(reply)) return;
    intake.release(reply.raw);
    reply.hijack(); // for Fastify: somebody else takes care of when it ends
    reply.raw.setMaxListeners(mostListeners);
    reply.raw.setTimeout(silenceMs, () => reply.raw.destroy());
  });
}

function isEventStream(reply: FastifyReply): boolean {
  return /^text\/event-stream\b/.test(String(reply.getHeader('content-type')));
}
