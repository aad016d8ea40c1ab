import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { databaseReason, InjectDatabase } from '@waybill/database';
import type { AuthDatabase } from '../database.js';
import { prune } from './stored-events.js';

const pruneMs = 60_000;

/** Deletes once a minute what no guard needs any more. */
@Injectable()
export class EventPruner implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(EventPruner.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectDatabase() private readonly db: AuthDatabase) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.prune(), pruneMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async prune(): Promise<void> {
    try {
      await prune(this.db);
    } catch (error) {
      this.logger.warn(`Expired security events stay until the next turn: ${databaseReason(error)}`);
    }
  }
}
