import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { connectRedis, type RedisConnection } from '@waybill/service-defaults';
import { type AttemptLedger, servicePace } from './attempt-ledger.js';
import { Episodes } from './episodes.js';
import { GuessDefence } from './guess-defence.js';
import { KeyedHash } from './keyed-hash.js';
import { KnownAddresses } from './known-addresses.js';
import { MemoryAttemptLedger } from './memory.attempt-ledger.js';
import { RedisAttemptLedger } from './redis.attempt-ledger.js';
import { SharedAttemptLedger } from './shared.attempt-ledger.js';
import { Throttle } from './throttle.js';

const REDIS = Symbol('REDIS');

/** The defence against guessing: counted in Redis for several replicas, and in any case in this process. */
@Module({})
export class ThrottleModule implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: RedisConnection | null) {}

  static forRoot(redisUrl: string | undefined): DynamicModule {
    return {
      module: ThrottleModule,
      providers: [
        { provide: REDIS, useFactory: () => (redisUrl === undefined ? null : connectRedis(redisUrl)) },
        { provide: Throttle, useFactory: (redis) => new Throttle(ledgerIn(redis)), inject: [REDIS] },
        Episodes,
        GuessDefence,
        KeyedHash,
        KnownAddresses,
      ],
      exports: [GuessDefence],
    };
  }

  onApplicationShutdown(): void {
    this.redis?.close();
  }
}

function ledgerIn(redis: RedisConnection | null): AttemptLedger {
  const own = new MemoryAttemptLedger(servicePace);
  return redis === null ? own : new SharedAttemptLedger(own, new RedisAttemptLedger(redis, servicePace));
}
