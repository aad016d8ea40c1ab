const bucketMs = 10_000;
/** So many at once, so that a million that expire together do not hold up the requests of that moment. */
const prunedAtOnce = 20_000;

/**
 * Names that are kept for a time and then vanish, at most ten seconds late. They lie in buckets by the instant of their
 * end, so that pruning touches only what has ended. The clock is `performance.now`: a step of the wall clock forgets nothing.
 */
export class ExpiringSet {
  /** The bucket in which each name ends. */
  private readonly endings = new Map<string, number>();
  private readonly buckets = new Map<number, string[]>();
  /** The first bucket that is not pruned yet. */
  private next: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.next = Math.floor(now() / bucketMs);
  }

  /** How many names there are. */
  get size(): number {
    return this.endings.size;
  }

  /** Keeps a name for so many seconds, or longer where it was to stay longer already. */
  add(name: string, seconds: number): void {
    const ending = Math.ceil((this.now() + seconds * 1000) / bucketMs);
    if (ending < this.next || (this.endings.get(name) ?? Number.NEGATIVE_INFINITY) >= ending) return;
    this.endings.set(name, ending);
    const bucket = this.buckets.get(ending);
    if (bucket) bucket.push(name);
    else this.buckets.set(ending, [name]);
  }

  has(name: string): boolean {
    return this.endings.has(name);
  }

  /** Forgets what has ended, 20,000 names at most; the rest is for the next time. */
  prune(): void {
    const ended = Math.floor(this.now() / bucketMs);
    let left = prunedAtOnce;
    for (; this.next <= ended; this.next += 1) {
      left -= this.empty(this.next, left);
      if (left === 0) return;
      this.buckets.delete(this.next);
    }
  }

  /** Takes names out of a bucket, and forgets those that end in this one. */
  private empty(ending: number, most: number): number {
    const bucket = this.buckets.get(ending) ?? [];
    const names = bucket.splice(Math.max(0, bucket.length - most));
    for (const name of names) if (this.endings.get(name) === ending) this.endings.delete(name);
    return names.length;
  }
}
