/** Where HTTP comes in: Fastify with the limits, time-outs and header fields that all services share. */
export { bodyLimit, fastifyEdge } from './fastify-edge.js';
export { pathOf } from './path.js';
