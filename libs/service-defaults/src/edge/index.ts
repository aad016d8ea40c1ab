/** Where HTTP comes in: Fastify with the limits, time-outs and header fields that all services share. */
export { EdgeAdapter } from './edge-adapter.js';
export { bodyLimit, fastifyEdge } from './fastify-edge.js';
export { pathOf } from './path.js';
