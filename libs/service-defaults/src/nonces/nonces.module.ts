import {
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { memoryReplayStore, type ReplayStore, redisReplayStore } from '@waybill/auth';
import type { ServiceConfig } from '../configuration/index.js';
import { connectRedis, type RedisConnection } from '../redis/index.js';

/** The provider token of the {@link ReplayStore} for what a request may carry once. */
export const NONCES = Symbol('NONCES');

const REDIS = Symbol('REDIS');

/** A service's nonces are seen by its replicas alone. */
type NoncesConfig = Pick<ServiceConfig, 'service' | 'redisUrl' | 'production'>;

const CONFIG = Symbol('CONFIG');

/** Where used nonces are remembered: in Redis for several replicas, else in this process. */
@Module({})
export class NoncesModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(REDIS) private readonly redis: RedisConnection | null,
    @Inject(CONFIG) private readonly config: NoncesConfig,
  ) {}

  static forRoot(config: NoncesConfig): DynamicModule {
    const { service, redisUrl } = config;
    return {
      module: NoncesModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: REDIS, useFactory: () => (redisUrl === undefined ? null : connectRedis(redisUrl)) },
        { provide: NONCES, useFactory: (redis: RedisConnection | null) => storeIn(redis, service), inject: [REDIS] },
      ],
      exports: [NONCES],
    };
  }

  onApplicationBootstrap(): void {
    if (this.redis || !this.config.production) return;
    new Logger('Nonces').warn(
      'Nonces are remembered in memory: of several replicas, each takes a proof or a signature once. Set REDIS_URL where there are several.',
    );
  }

  onApplicationShutdown(): void {
    this.redis?.close();
  }
}

function storeIn(redis: RedisConnection | null, service: string): ReplayStore {
  return redis === null ? memoryReplayStore() : redisReplayStore(redis, `waybill:${service}:nonce:`);
}
