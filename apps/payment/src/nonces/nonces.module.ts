import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { memoryReplayStore, type ReplayStore, redisReplayStore } from '@waybill/auth';
import { connectRedis, type RedisConnection } from '@waybill/service-defaults';

/** The provider token of the {@link ReplayStore} for the nonces of request signatures. */
export const NONCES = Symbol('NONCES');

const REDIS = Symbol('REDIS');

/** Where used nonces are remembered: in Redis for several replicas, else in this process. */
@Module({})
export class NoncesModule implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: RedisConnection | null) {}

  static forRoot(redisUrl: string | undefined): DynamicModule {
    return {
      module: NoncesModule,
      providers: [
        { provide: REDIS, useFactory: () => (redisUrl === undefined ? null : connectRedis(redisUrl)) },
        { provide: NONCES, useFactory: storeIn, inject: [REDIS] },
      ],
      exports: [NONCES],
    };
  }

  onApplicationShutdown(): void {
    this.redis?.close();
  }
}

function storeIn(redis: RedisConnection | null): ReplayStore {
  return redis === null ? memoryReplayStore() : redisReplayStore(redis, 'waybill:payment:nonce:');
}
