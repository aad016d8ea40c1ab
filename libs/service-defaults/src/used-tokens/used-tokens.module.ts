import { Logger, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { databaseReason } from '@waybill/database';
import { DrizzleUsedTokens } from './drizzle.used-tokens.js';

const pruneEveryMs = 15 * 60 * 1000;

/**
 * Gives a service its record of used tokens, for `usedTokens` of `ServiceAuthModule.forRootAsync`, and forgets old ones four times
 * an hour. The table comes with the service's own migrations: a `*.table.ts` of
 * the service re-exports it from `@waybill/service-defaults/used-token.table`.
 */
@Module({ providers: [DrizzleUsedTokens], exports: [DrizzleUsedTokens] })
export class UsedTokensModule implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('UsedTokens');
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly usedTokens: DrizzleUsedTokens) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.prune(), pruneEveryMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async prune(): Promise<void> {
    try {
      await this.usedTokens.prune();
    } catch (error) {
      this.logger.warn(`Used tokens stay until the next turn: ${databaseReason(error)}`);
    }
  }
}
