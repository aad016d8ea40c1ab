/** What replicas share beside their database, where Redis is configured. It knows no key and no use. */
export { connectRedis, type RedisConnection } from './redis.connection.js';
