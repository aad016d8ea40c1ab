import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { databaseReason, InjectDatabase } from '@waybill/database';
import type { AuthDatabase } from '../database.js';
import { pruneSecondKeys } from '../second-keys/prune-second-keys.js';
import { ExchangedTokens } from '../token-exchange/exchanged-tokens.js';
import { Sessions } from './sessions.js';

const sweepMs = 60 * 60 * 1000;

/** Deletes what has expired, once an hour. */
@Injectable()
export class SessionSweeper implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(SessionSweeper.name);
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
      await this.exchanged.sweep();
      await pruneSecondKeys(this.db);
    } catch (error) {
      this.logger.warn(
        `Expired sessions, exchanged tokens and second keys stay until the next turn: ${databaseReason(error)}`,
      );
    }
  }
}
