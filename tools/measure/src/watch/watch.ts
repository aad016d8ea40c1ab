import { setTimeout as delay } from 'node:timers/promises';
import { nameOf, type Probe, type Verdict, verdictOf } from './probe.js';

/** One look at a guard. Times are milliseconds on the clock of `performance.now`. */
export interface Sight {
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly verdict: Verdict;
}

const everyMs = 10;
/** Whoever has not seen it by then never will, milliseconds. */
const patienceMs = 20_000;

/** Asks one guard about one token again and again, and keeps what it saw. */
export class Watch {
  readonly sights: Sight[] = [];
  private readonly over = new AbortController();
  private readonly watching: Promise<void>;

  constructor(
    readonly probe: Probe,
    private readonly look: () => Promise<Verdict>,
  ) {
    this.watching = this.watch();
    this.watching.catch(() => {}); // `see` and `end` tell
  }

  /** How it is called in the report. */
  get name(): string {
    return nameOf(this.probe);
  }

  /** The first question after `from` that got this verdict; undefined where none does within 20 s. */
  async see(verdict: Verdict, from: number): Promise<Sight | undefined> {
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      const seen = this.since(from).find((sight) => sight.verdict === verdict);
      if (seen) return seen;
      await Promise.race([delay(everyMs), this.watching]);
    }
    return undefined;
  }

  /** What was seen of questions asked after `from`. */
  since(from: number): Sight[] {
    return this.sights.filter(({ askedAt }) => askedAt > from);
  }

  /** Ends the watch. Rejects with what went wrong while it watched. */
  async end(): Promise<void> {
    this.over.abort();
    await this.watching;
  }

  private async watch(): Promise<void> {
    while (!this.over.signal.aborted) {
      const askedAt = performance.now();
      const verdict = await this.look();
      this.sights.push({ askedAt, answeredAt: performance.now(), verdict });
      await delay(everyMs);
    }
  }
}

/** Watches what these guards think of a token. */
export function watchToken(probes: readonly Probe[], urlOf: (probe: Probe) => string, token: string): Watch[] {
  return probes.map((probe) => new Watch(probe, () => verdictOf(probe, urlOf(probe), token)));
}
