import { TokenInvalid, VerdictUnavailable } from '../refuse/index.js';
import type { IssuerKeys } from './issuer-keys.js';
import { type KeySet, readKeySet } from './key-set.js';
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
 * success the set is tried again after 0.25 s, doubling to 4 s.
 */
export class RemoteKeySet implements IssuerKeys {
  private keys: KeySet | undefined;
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
    const known = this.keys?.get(kid);
    if (known) return known;
    if (this.mayFetch()) await this.refresh();
    else await this.inFlight;
    const key = this.keys?.get(kid);
    if (key) return key;
    if (this.lastFetchFailed || !this.keys)
      throw new VerdictUnavailable('keys.unreachable', this.untilNextAttempt() / 1000);
    throw new TokenInvalid('key.unknown');
  }

  /** Says whether this very key is in the set: once withdrawn or replaced, it never is again. */
  holds(key: VerificationKey): boolean {
    return this.keys?.get(key.kid) === key;
  }

  /** Fetches now, once for all who ask at the same time. Never rejects: a failure keeps the keys of before. */
  refresh(): Promise<void> {
    this.inFlight ??= this.attempt().finally(() => {
      this.inFlight = undefined;
      this.schedule();
    });
    return this.inFlight;
  }

  private async attempt(): Promise<void> {
    this.lastAttempt = this.now();
    try {
      this.keys = readKeySet(await this.source.fetch(), this.keys);
      this.lastFetchFailed = false;
      this.failures = 0;
      this.source.report?.({ kind: 'obtained', kids: [...this.keys.keys()] });
    } catch (error) {
      this.lastFetchFailed = true;
      this.failures += 1;
      this.source.report?.({ kind: 'failed', error });
    }
  }

  private mayFetch(): boolean {
    return !this.inFlight && this.now() - this.lastAttempt >= this.pause();
  }

  /** How long after one attempt another may follow, in milliseconds. */
  private pause(): number {
    return this.keys || this.failures === 0
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
