/** An instant on both clocks, milliseconds: one that no step of the wall clock moves, and one that runs while the machine sleeps. */
export interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

/** Now, on both clocks. */
export function instant(): Instant {
  return { monotonic: performance.now(), wall: Date.now() };
}

/**
 * How old the news is. A heartbeat says that everything up to it was told; it is as old as the time since it came, and
 * what it was late. How late it was is known from the fastest one of the same connection: whoever holds the stream back for
 * a while cannot make old news look fresh. Who holds it back evenly from the first moment on is found out by the wall clock,
 * as far as the two machines' clocks may differ.
 */
export class Freshness {
  private last: { readonly writtenMs: number; readonly came: Instant; readonly lateMs: number } | undefined;
  private fastestMs = Number.POSITIVE_INFINITY;

  /** @param toleranceMs how much the issuer's clock and this one may differ */
  constructor(private readonly toleranceMs: number) {}

  /** Another connection: what is fast on it, its own heartbeats say. */
  reconnected(): void {
    this.fastestMs = Number.POSITIVE_INFINITY;
  }

  /**
   * Takes note of a heartbeat that was written then, by the issuer's clock, and came now. One that is no newer than the
   * newest, on whatever connection, is a repetition and refreshes nothing.
   * @returns how far it is out of time, milliseconds, where that is more than clocks may differ; it refreshes nothing then.
   * Otherwise 0
   */
  heartbeat(writtenMs: number, came: Instant): number {
    const off = came.wall - writtenMs;
    if (Math.abs(off) > this.toleranceMs) return off;
    const travelMs = came.monotonic - writtenMs;
    this.fastestMs = Math.min(this.fastestMs, travelMs);
    if (!this.last || writtenMs > this.last.writtenMs)
      this.last = { writtenMs, came, lateMs: travelMs - this.fastestMs };
    return 0;
  }

  /** How old the news is, seconds; infinite where there was none. */
  staleSeconds(now: Instant): number {
    if (!this.last) return Number.POSITIVE_INFINITY;
    const { came, lateMs } = this.last;
    return (Math.max(now.monotonic - came.monotonic, now.wall - came.wall) + lateMs) / 1000;
  }
}
