import { Logger } from '@nestjs/common';
import type { Admission, AttemptLedger, Budget, Outcome } from './attempt-ledger.js';

/**
 * Counts twice: in this process, and for all replicas together in Redis. Either can refuse. So a Redis that is away, or
 * that was emptied, makes no outage of signing in, and lets nobody guess without end: what this process saw still counts.
 */
export class SharedAttemptLedger implements AttemptLedger {
  private readonly logger = new Logger('Throttle');
  private away = false;

  constructor(
    private readonly own: AttemptLedger,
    private readonly shared: AttemptLedger,
  ) {}

  async admit(budget: Budget, attempt: string): Promise<Admission> {
    const own = await this.own.admit(budget, attempt);
    if (own !== 'admitted') return own;
    const shared = (await this.ifThere((ledger) => ledger.admit(budget, attempt))) ?? own;
    if (shared !== 'admitted') await this.own.settle(budget, attempt, 'forgiven');
    return shared;
  }

  async settle(budget: Budget, attempt: string, outcome: Outcome): Promise<boolean> {
    const own = await this.own.settle(budget, attempt, outcome);
    return (await this.ifThere((ledger) => ledger.settle(budget, attempt, outcome))) ?? own;
  }

  /** Undefined while Redis is away, which is said once. */
  private async ifThere<T>(question: (ledger: AttemptLedger) => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await question(this.shared);
      if (this.away) this.logger.log('Failed attempts are counted for all replicas together again');
      this.away = false;
      return answer;
    } catch (error) {
      if (!this.away)
        this.logger.warn(`Failed attempts are counted by each replica alone: ${(error as Error).message}`);
      this.away = true;
      return undefined;
    }
  }
}
