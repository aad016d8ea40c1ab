import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { TokenInvalid, VerdictUnavailable } from '../../refuse/index.js';
import type { RevocationKind } from '../../revoke/index.js';
import type { Caller } from '../../verify/index.js';
import type { Sensitivity } from '../declare/sensitive.decorator.js';
import type { IssuerFeed } from './issuer-feed.js';

/** A feed as it stands now, for metrics. */
export interface FeedReading {
  readonly issuer: string;
  /** How old the news is, seconds; infinite before the first snapshot. */
  readonly stalenessSeconds: number;
  /** How many revocations are live, by kind. */
  readonly live: Readonly<Record<RevocationKind, number>>;
}

/** How soon a new attempt makes sense where news is missing, seconds: a feed that is back gives its own within one. */
const retryAfterSeconds = 1;

/** What the trusted issuers have taken back, and how fresh the news of it is. */
export class RevocationFeeds implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('ServiceAuth');

  /** @param feeds by issuer; undefined for one that has none */
  constructor(
    private readonly feeds: ReadonlyMap<string, IssuerFeed | undefined>,
    private readonly maxStalenessSeconds: number,
  ) {}

  /** How old the news of an issuer is, seconds; infinite before its first snapshot, undefined where it has no feed. */
  stalenessSeconds(issuer: string): number | undefined {
    return this.feeds.get(issuer)?.stalenessSeconds();
  }

  /** Every feed as it stands now. */
  readings(): FeedReading[] {
    return [...this.feeds].flatMap(([issuer, feed]) =>
      feed ? [{ issuer, stalenessSeconds: feed.stalenessSeconds(), live: feed.live.counts() }] : [],
    );
  }

  /** True once the first snapshot of every feed was applied, for the readiness probe. */
  obtained(): boolean {
    return [...this.feeds.values()].every((feed) => feed?.obtained ?? true);
  }

  /**
   * Has it been taken back: the token, its session, or a scope that it carries?
   * @throws TokenInvalid
   */
  requireStanding(caller: Caller): void {
    const reason = this.feeds.get(caller.issuer)?.live.takenBack(caller);
    if (reason) throw new TokenInvalid(reason);
  }

  /**
   * Is the news fresh enough for a sensitive route? An issuer without a feed has none that could be stale.
   * @throws VerdictUnavailable
   */
  requireFreshNews({ issuer }: Caller, sensitivity: Sensitivity | undefined): void {
    const feed = sensitivity && this.feeds.get(issuer);
    if (!feed || feed.stalenessSeconds() <= this.maxStalenessSeconds) return;
    throw new VerdictUnavailable(feed.obtained ? 'revocations.stale' : 'revocations.no_snapshot', retryAfterSeconds);
  }

  /** The boot does not wait for a feed that is not up yet: readiness does, and sensitive routes do. */
  onApplicationBootstrap(): void {
    for (const [issuer, feed] of this.feeds) {
      if (feed) feed.start();
      else this.logger.warn(withoutFeed(issuer));
    }
  }

  /** Only now: while the last requests are answered, the news has to be fresh. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.feeds.values()].map((feed) => feed?.stop()));
  }
}

function withoutFeed(issuer: string): string {
  return `nobody tells what ${issuer} takes back: each of its tokens is good until it expires. Give its eventsUrl where it has a feed of security events.`;
}
