import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { databaseReason } from '@waybill/database';
import { DrizzleIdempotencyKeys } from './drizzle.idempotency-keys.js';

const pruneEveryMs = 15 * 60 * 1000;

/** Forgets idempotency keys that are older than 24 hours, four times an hour. */
@Injectable()
export class KeyPruner implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(KeyPruner.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(DrizzleIdempotencyKeys) private readonly keys: DrizzleIdempotencyKeys) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.prune(), pruneEveryMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async prune(): Promise<void> {
    try {
      await this.keys.prune();
    } catch (error) {
      this.logger.warn(`Old idempotency keys stay until the next turn: ${databaseReason(error)}`);
    }
  }
}
