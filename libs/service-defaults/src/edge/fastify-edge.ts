import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { logUnheard, requestId } from '../logging/index.js';
import { useDefaultHeaders } from './default-headers.js';
import { answerUnreadable } from './unreadable-request.js';
import { answerUnroutable } from './unroutable-request.js';

/** The largest body that is read, in bytes (64 KiB). */
export const bodyLimit = 65_536;

/** The time-outs of a connection, in milliseconds. */
const timeouts = { headers: 10_000, request: 20_000, idle: 65_000, checkedEvery: 2_000 };

/** Fastify as every service runs it; only the proxies named here may say who the client is. */
export function fastifyEdge(trustedProxies: readonly string[], log: Logger): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: requestId,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.idle,
    http: { headersTimeout: timeouts.headers, connectionsCheckingInterval: timeouts.checkedEvery },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: answerUnreadable(log),
    frameworkErrors: answerUnroutable(log),
  });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  server.removeContentTypeParser('text/plain');
  useDefaultHeaders(server);
  server.addHook('onResponse', async (request, reply) => logUnheard(log, request.raw, reply.raw));
  return adapter;
}
