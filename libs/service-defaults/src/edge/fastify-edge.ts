import type { Server } from 'node:http';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { ServiceConfig } from '../configuration/index.js';
import { logUnheard, requestId } from '../logging/index.js';
import { useDefaultHeaders } from './default-headers.js';
import { EdgeAdapter } from './edge-adapter.js';
import { letEventStreamsLast } from './event-streams.js';
import { Intake } from './intake.js';
import { answerUnreadable } from './unreadable-request.js';
import { answerUnroutable } from './unroutable-request.js';

/** The largest body that is read, in bytes (64 KiB). */
export const bodyLimit = 65_536;

/** The time-outs of a connection, in milliseconds; `handling` is for what is stuck, far above what a request may need. */
const timeouts = { headers: 10_000, request: 20_000, handling: 20_000, idle: 65_000, checkedEvery: 2_000 };

/** What may differ between the edges of two services. */
export type EdgeConfig = Pick<ServiceConfig, 'trustedProxies' | 'shutdownGraceMs' | 'maxConcurrentRequests'>;

/** Fastify as every service runs it; only the proxies named here may say who the client is. */
export function fastifyEdge(config: EdgeConfig, log: Logger): EdgeAdapter {
  const { trustedProxies, shutdownGraceMs, maxConcurrentRequests } = config;
  const options: FastifyHttpOptions<Server> = {
    bodyLimit,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: requestId,
    requestTimeout: timeouts.request,
    handlerTimeout: timeouts.handling,
    keepAliveTimeout: timeouts.idle,
    http: { headersTimeout: timeouts.headers, connectionsCheckingInterval: timeouts.checkedEvery },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: answerUnreadable(log),
    frameworkErrors: answerUnroutable(log),
  };
  const adapter = new EdgeAdapter(options, shutdownGraceMs);
  const server = adapter.getInstance() as unknown as FastifyInstance;
  server.removeContentTypeParser('text/plain');
  useDefaultHeaders(server);
  const intake = new Intake(maxConcurrentRequests, log);
  intake.guard(server);
  letEventStreamsLast(server, intake);
  server.addHook('onResponse', async ({ raw: request }, { raw: answer }) => {
    if (!intake.hasRefused(answer)) logUnheard(log, request, answer);
  });
  return adapter;
}
