import type { ReplayStore } from './replay-store.js';

/** The one command that is needed of a Redis client (node-redis 5 and later have it in this form). */
export interface RedisSet {
  set(
    key: string,
    value: string,
    options: { condition: 'NX'; expiration: { type: 'PX'; value: number } },
  ): Promise<unknown>;
}

/** A replay store in Redis (`SET … NX PX`), shared by all replicas of a service. */
export function redisReplayStore(client: RedisSet, prefix = 'replay:'): ReplayStore {
  return {
    forgetsOnRestart: false,
    async record(key, ttlSeconds) {
      const expiration = { type: 'PX', value: Math.ceil(ttlSeconds * 1000) } as const;
      return (await client.set(prefix + key, '1', { condition: 'NX', expiration })) === 'OK';
    },
  };
}
