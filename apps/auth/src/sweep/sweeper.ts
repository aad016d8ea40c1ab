import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { databaseReason, InjectDatabase } from '@waybill/database';
import type { AuthDatabase } from '../database.js';
import { pruneSecondKeys } from '../second-keys/prune-second-keys.js';
import { Sessions } from '../sessions/sessions.js';
import { ExchangedTokens } from '../token-exchange/exchanged-tokens.js';

/** Often enough that what is to be taken back is not looked for among what has long expired. */
const sweepMs = 5 * 60 * 1000;

/** Deletes what has expired, every five minutes. */
@Injectable()
export class Sweeper implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(Sweeper.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly sessions: Sessions,
    private readonly exchanged: ExchangedTokens,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.sweep(), sweepMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    try {
      await this.sessions.sweep();
      await pruneSecondKeys(this.db);
      await this.exchanged.sweep();
    } catch (error) {
      this.logger.warn(`What has expired stays until the next turn: ${databaseReason(error)}`);
    }
  }
}
