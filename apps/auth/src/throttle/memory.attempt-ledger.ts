import {
  type Admission,
  type AttemptLedger,
  type Budget,
  delayAfter,
  type Outcome,
  type Pace,
} from './attempt-ledger.js';

/** What is known of one budget; times are those of the ledger's clock. */
interface Tally {
  /** When attempts failed, oldest first. */
  failures: number[];
  /** Attempts that are being made, and since when. */
  pending: Map<string, number>;
  throttledUntil: number;
  changedAt: number;
}

/**
 * Counts in this process's memory. It holds a bounded number of budgets; full, it forgets the one that has been quiet
 * for longest: to make it forget an account takes more failed attempts elsewhere than the account has budget for.
 */
export class MemoryAttemptLedger implements AttemptLedger {
  /** In the order of their last change. */
  private readonly tallies = new Map<string, Tally>();

  constructor(
    private readonly pace: Pace,
    private readonly capacity = 100_000,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** How many budgets are remembered. */
  get size(): number {
    return this.tallies.size;
  }

  async admit({ key, limit }: Budget, attempt: string): Promise<Admission> {
    this.forgetQuiet();
    const tally = this.tallies.get(key) ?? { failures: [], pending: new Map(), throttledUntil: 0, changedAt: 0 };
    this.bringUpToDate(tally);
    const { failures, pending } = tally;
    const waitMs = (failures.at(-1) ?? 0) + delayAfter(failures.length, limit, this.pace) - this.now();
    if (failures.length >= limit && waitMs > 0) return { retryAfterMs: Math.ceil(waitMs) };
    if (pending.size > 0 && failures.length + pending.size >= limit) return 'others first';
    pending.set(attempt, this.now());
    this.keep(key, tally);
    return 'admitted';
  }

  async settle({ key, limit }: Budget, attempt: string, outcome: Outcome): Promise<boolean> {
    const tally = this.tallies.get(key);
    if (!tally) return false;
    tally.pending.delete(attempt);
    if (outcome === 'forgiven') return false;
    tally.failures.push(this.now());
    this.keep(key, tally);
    if (tally.failures.length < limit) return false;
    const begins = tally.throttledUntil <= this.now();
    tally.throttledUntil = this.now() + this.pace.windowMs;
    return begins;
  }

  private bringUpToDate({ failures, pending }: Tally): void {
    for (const [attempt, since] of pending) {
      if (since + this.pace.leaseMs > this.now()) continue;
      pending.delete(attempt);
      failures.push(this.now());
    }
    while (failures[0] !== undefined && failures[0] + this.pace.windowMs <= this.now()) failures.shift();
  }

  private keep(key: string, tally: Tally): void {
    tally.changedAt = this.now();
    const isNew = !this.tallies.delete(key);
    const [quietest] = this.tallies.keys();
    if (isNew && this.tallies.size >= this.capacity && quietest !== undefined) this.tallies.delete(quietest);
    this.tallies.set(key, tally);
  }

  private forgetQuiet(): void {
    for (const [key, { changedAt }] of this.tallies) {
      if (changedAt + this.pace.windowMs > this.now()) return;
      this.tallies.delete(key);
    }
  }
}
