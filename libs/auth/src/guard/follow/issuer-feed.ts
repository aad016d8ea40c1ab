import { Logger } from '@nestjs/common';
import { oneLine } from '../../observe/index.js';
import { type EventSource, type FeedNews, Follower, LiveRevocations } from '../../revoke/index.js';
import { type RemoteKeySet, type SignatureCheck, type TrustedIssuer } from '../../verify/index.js';

/** What one feed is followed with. */
export interface IssuerFeedOptions {
  readonly issuer: TrustedIssuer;
  readonly source: EventSource;
  /** The keys that sign the feed. */
  readonly keys: RemoteKeySet;
  readonly signatureHolds: SignatureCheck;
  readonly clockToleranceSeconds: number;
  /** Older news than this is told in the log, once an outage. */
  readonly maxStalenessSeconds: number;
}

/** The feed of one issuer, what is live of it, and its lines in the log. */
export class IssuerFeed {
  readonly live = new LiveRevocations();
  private readonly logger = new Logger('ServiceAuth');
  private readonly follower: Follower;
  private timer: NodeJS.Timeout | undefined;
  private toldOfStaleness = false;
  private lastNews = '';

  constructor(private readonly options: IssuerFeedOptions) {
    const { issuer, source, keys, signatureHolds, clockToleranceSeconds } = options;
    this.follower = new Follower({
      trust: { issuer: issuer.issuer, keys, signatureHolds },
      source,
      live: this.live,
      withdrawKey: (kid) => issuer.keys.withdraw(kid),
      clockToleranceSeconds,
      report: (news) => this.tell(news),
    });
  }

  /** True once the first snapshot was applied. */
  get obtained(): boolean {
    return this.follower.obtained;
  }

  /** How old the news is, seconds. */
  stalenessSeconds(): number {
    return this.follower.stalenessSeconds();
  }

  start(): void {
    void this.options.keys.start();
    this.follower.start();
    this.timer = setInterval(() => this.keepHouse(), 1000).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.options.keys.stop();
    await this.follower.stop();
  }

  private keepHouse(): void {
    this.live.prune();
    const { maxStalenessSeconds, issuer } = this.options;
    const isStale = this.stalenessSeconds() > maxStalenessSeconds;
    if (isStale === this.toldOfStaleness) return;
    this.toldOfStaleness = isStale;
    if (isStale)
      this.logger.warn(
        `security events of ${issuer.issuer} are older than ${maxStalenessSeconds} s: sensitive routes refuse its tokens until there is news`,
      );
    else this.logger.log(`security events of ${issuer.issuer} are fresh again`);
  }

  /** The same news again and again is told once. */
  private tell(news: FeedNews): void {
    const { issuer } = this.options.issuer;
    const line = oneLine(lineOf(news, issuer));
    const same = news.kind === 'clocks-differ' ? news.kind : line;
    if (same === this.lastNews) return;
    this.lastNews = same;
    if (news.kind === 'followed') this.logger.log(line);
    else this.logger.warn(line);
  }
}

function lineOf(news: FeedNews, issuer: string): string {
  switch (news.kind) {
    case 'followed':
      return `security events of ${issuer} are followed`;
    case 'lost':
      return `security events of ${issuer} are not followed: ${news.reason}`;
    case 'clocks-differ':
      return `security events of ${issuer} are out of time: the clocks differ by ${Math.abs(news.seconds)} s, and this one is ${news.seconds > 0 ? 'ahead' : 'behind'}. Set them by NTP.`;
  }
}
