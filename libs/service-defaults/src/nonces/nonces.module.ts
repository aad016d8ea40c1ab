import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { memoryReplayStore, type ReplayStore, redisReplayStore } from '@waybill/auth';
import { connectRedis, type RedisConnection } from '../redis/index.js';

/** The provider token of the {@link ReplayStore} for what a request may carry once. */
export const NONCES = Symbol('NONCES');

const REDIS = Symbol('REDIS');

/** Where used nonces are remembered: in Redis for several replicas, else in this process. */
@Module({})
export class NoncesModule implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: RedisConnection | null) {}

  /** @param service whose replicas share the nonces; other services do not see them */
  static forRoot(service: string, redisUrl: string | undefined): DynamicModule {
    return {
      module: NoncesModule,
      providers: [
        { provide: REDIS, useFactory: () => (redisUrl === undefined ? null : connectRedis(redisUrl)) },
        { provide: NONCES, useFactory: (redis: RedisConnection | null) => storeIn(redis, service), inject: [REDIS] },
      ],
      exports: [NONCES],
    };
  }

  onApplicationShutdown(): void {
    this.redis?.close();
  }
}

function storeIn(redis: RedisConnection | null, service: string): ReplayStore {
  return redis === null ? memoryReplayStore() : redisReplayStore(redis, `waybill:${service}:nonce:`);
}
