/** The shop as real processes on a place of its own, which can be killed, cut off and flushed. It knows nothing of revocation. */
export { RedisServer } from './redis-server.js';
export { awaySeconds, type DatabaseKind, Stage } from './stage.js';
