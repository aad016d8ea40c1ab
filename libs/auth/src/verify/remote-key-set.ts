import { TokenInvalid, VerdictUnavailable } from '../refuse/index.js';
import type { IssuerKeys } from './issuer-keys.js';
import { type KeySet, KeySetUnusable, readKeySet } from './key-set.js';
import type { VerificationKey } from './verification-key.js';

const coolDownMs = 30_000;
const refreshMs = 300_000;
const firstRetryMs = 250;
/** A service is of no use without keys: it does not sleep long once its issuer may be back. */
const longestRetryMs = 4_000;

/** What happened to a key set, for the log. */
export type KeySetNews =
  | { readonly kind: 'obtained'; readonly kids: readonly string[] }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Where a remote key set gets its document and tells its news; replaced in tests. */
export interface KeySetSource {
  fetch(): Promise<unknown>;
  report?(news: KeySetNews): void;
}

/**
 * An issuer's keys, cached. The set is refreshed every 5 min, or for an unknown key id, then at most once in 30 s. Known
 * keys go on working while the issuer is away; a successful fetch without a key withdraws it at once. Until the first
 * success the set is tried again after 0.25 s, doubling to 4 s; and so it is after a withdrawal, until a set comes that was
 * made after it.
 */
export class RemoteKeySet implements IssuerKeys {
  private keys: KeySet | undefined;
  private readonly withdrawn = new Set<string>();
  /** True from a withdrawal until a set comes that does not list the key any more, and so knows what signs instead. */
  private outdated = false;
  private lastFetchFailed = false;
  private lastAttempt = Number.NEGATIVE_INFINITY;
  private failures = 0;
  private inFlight: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = true;

  constructor(
    private readonly source: KeySetSource,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Begins to fetch and to refresh in the background; resolves after the first attempt, whatever came of it. */
  async start(): Promise<void> {
    this.stopped = false;
    await this.refresh();
  }

  /** Ends the refreshing. What is cached stays usable. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** True once the keys have been fetched at least once. */
  get obtained(): boolean {
    return this.keys !== undefined;
  }

  /**
   * The key of this id.
   * @throws TokenInvalid where the issuer has no such key, VerdictUnavailable where that cannot be known just now
   */
  async find(kid: string | undefined): Promise<VerificationKey> {
    if (kid === undefined) throw new TokenInvalid('header.kid');
    if (this.withdrawn.has(kid)) throw new TokenInvalid('key.withdrawn');
    const known = this.keys?.get(kid);
    if (known) return known;
    if (this.mayFetch()) await this.refresh();
    else await this.inFlight;
    const key = this.keys?.get(kid);
    if (key) return key;
    if (this.lastFetchFailed || this.outdated || !this.keys)
      throw new VerdictUnavailable('keys.unreachable', this.untilNextAttempt() / 1000);
    throw new TokenInvalid('key.unknown');
  }

  /** Says whether this very key is in the set: once withdrawn or replaced, it never is again. */
  holds(key: VerificationKey): boolean {
    return this.keys?.get(key.kid) === key;
  }

  /**
   * Takes a key out at once and for good, though a set may still list it, and fetches past the cool-down what signs instead.
   */
  withdraw(kid: string): void {
    if (this.withdrawn.has(kid)) return;
    this.withdrawn.add(kid);
    if (this.keys) this.keys = without(this.withdrawn, this.keys);
    this.outdated = true;
    // What is under way may have been answered before the withdrawal.
    this.inFlight = this.keepTrack((this.inFlight ?? Promise.resolve()).then(() => this.attempt()));
  }

  /** Fetches now, once for all who ask at the same time. Never rejects: a failure keeps the keys of before. */
  refresh(): Promise<void> {
    this.inFlight ??= this.keepTrack(this.attempt());
    return this.inFlight;
  }

  private keepTrack(fetching: Promise<void>): Promise<void> {
    const tracked = fetching.finally(() => {
      if (this.inFlight !== tracked) return;
      this.inFlight = undefined;
      this.schedule();
    });
    return tracked;
  }

  private async attempt(): Promise<void> {
    this.lastAttempt = this.now();
    try {
      const listed = readKeySet(await this.source.fetch(), this.keys);
      this.keys = without(this.withdrawn, listed);
      this.requireUpToDate(listed);
      this.lastFetchFailed = false;
      this.failures = 0;
      this.source.report?.({ kind: 'obtained', kids: [...this.keys.keys()] });
    } catch (error) {
      this.lastFetchFailed = true;
      this.failures += 1;
      this.source.report?.({ kind: 'failed', error });
    }
  }

  /** @throws KeySetUnusable where the set is of before a withdrawal: what is missing in it may be there by now */
  private requireUpToDate(listed: KeySet): void {
    if (!this.outdated) return;
    if (this.keys?.size !== listed.size) throw new KeySetUnusable('the set still lists a key that was withdrawn');
    this.outdated = false;
  }

  private mayFetch(): boolean {
    return !this.inFlight && this.now() - this.lastAttempt >= this.pause();
  }

  /** How long after one attempt another may follow, in milliseconds. */
  private pause(): number {
    return (this.keys && !this.outdated) || this.failures === 0
      ? coolDownMs
      : Math.min(longestRetryMs, firstRetryMs * 2 ** (this.failures - 1));
  }

  private untilNextAttempt(): number {
    return Math.max(0, this.lastAttempt + this.pause() - this.now());
  }

  private schedule(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), this.lastFetchFailed ? this.pause() : refreshMs);
    this.timer.unref();
  }
}

function without(withdrawn: ReadonlySet<string>, keys: KeySet): KeySet {
  return new Map([...keys].filter(([kid]) => !withdrawn.has(kid)));
}
