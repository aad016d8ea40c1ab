import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptLedger, Budget, Outcome } from './attempt-ledger.js';

/** How long an attempt waits for those before it, which may use the budget up or leave it untouched; milliseconds. */
const patienceMs = 5_000;
const askAgainMs = 25;
/** What somebody is told who lost patience. */
const leastWaitMs = 1_000;

/** One attempt at a budget's cost. */
export interface Turn {
  /** Undefined: the attempt may succeed. Else: for how long, in milliseconds, it would have to wait. */
  readonly waitMs: number | undefined;
  /** Ends it, once. Answers whether its failure begins an episode of waiting. */
  end(outcome: Outcome): Promise<boolean>;
}

/** Lets attempts in, as fast as their budget allows. */
export class Throttle {
  constructor(private readonly ledger: AttemptLedger) {}

  /**
   * Asks for an attempt. Where as many are being made as may fail still, it waits for their ends: a crowd that knows its
   * passwords gets in, a crowd that guesses gets no further than the limit.
   */
  async enter(budget: Budget): Promise<Turn> {
    const attempt = randomUUID();
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      const admission = await this.ledger.admit(budget, attempt);
      if (admission === 'admitted') {
        return { waitMs: undefined, end: (outcome) => this.ledger.settle(budget, attempt, outcome) };
      }
      if (admission !== 'others first') return refused(admission.retryAfterMs);
      if (performance.now() > giveUpAt) return refused(leastWaitMs);
      await sleep(askAgainMs * (0.5 + Math.random()));
    }
  }
}

function refused(waitMs: number): Turn {
  return { waitMs, end: async () => false };
}
