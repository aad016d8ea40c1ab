import { setTimeout as delay } from 'node:timers/promises';
import type { StreamMessage } from '../verify/index.js';
import { AppliedLog } from './applied-log.js';
import type { EventSource } from './event-source.js';
import { type EventTokenTrust, readEventToken } from './event-token.js';
import { Freshness, type Instant, instant } from './freshness.js';
import type { LiveRevocations } from './live-revocations.js';
import type { Revocation } from './revocation.js';
import { StreamFault } from './stream-fault.js';
import { untilAborted } from './until-aborted.js';

/** A heartbeat comes about every second; a stream without one message that verifies for so long is given up. */
const silenceMs = 4_000;
/** What a heartbeat may be under way, and clocks may differ, even where tokens are given no tolerance, seconds. */
const leastToleranceSeconds = 5;
const shortestPauseMs = 100;
const longestPauseMs = 2_000;

/** What happened to a feed, for the log. */
export type FeedNews =
  | { readonly kind: 'followed' }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'clocks-differ'; readonly seconds: number };

/** What a follower works with. */
export interface FollowerOptions {
  readonly trust: EventTokenTrust;
  readonly source: EventSource;
  /** Gets what was taken back. */
  readonly live: LiveRevocations;
  /** Called for a key that was withdrawn: nothing that it signed is good any more. */
  readonly withdrawKey: (kid: string) => void;
  /** How much the issuer's clock and this one may differ, seconds. */
  readonly clockToleranceSeconds: number;
  readonly report: (news: FeedNews) => void;
}

/**
 * Follows the feed of one issuer, for as long as it runs. Whatever is not as it must be ends the connection, and the next
 * one begins with a snapshot. What was once learnt stays in force, connected or not, until it has expired: nothing that a
 * stream says, or fails to say, gives authority back.
 */
export class Follower {
  private readonly freshness: Freshness;
  private readonly log: AppliedLog;
  private readonly stopping = new AbortController();
  private done: Promise<void> | undefined;
  /** Connections in a row on which no heartbeat came. */
  private failures = 0;
  private isLost = true;

  constructor(private readonly options: FollowerOptions) {
    this.freshness = new Freshness(Math.max(options.clockToleranceSeconds, leastToleranceSeconds) * 1000);
    this.log = new AppliedLog(this.freshness, (revocation) => this.apply(revocation));
  }

  /** Begins to follow, and goes on until it is stopped. */
  start(): void {
    this.done ??= this.run();
  }

  /** Ends it; resolves once nothing is read any more. What was learnt stays in force. */
  async stop(): Promise<void> {
    this.stopping.abort(new StreamFault('stream.stopped'));
    await this.done;
  }

  /** True once a whole snapshot was applied. */
  get obtained(): boolean {
    return this.log.obtained;
  }

  /** How old the news is, seconds: how long it is known that everything in the log was applied. Infinite before the first snapshot. */
  stalenessSeconds(): number {
    return this.obtained ? this.freshness.staleSeconds(instant()) : Number.POSITIVE_INFINITY;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.follow(signal).catch((error: unknown) => {
        if (!signal.aborted) this.lose(error);
      });
      await pause(this.pauseMs(), signal);
    }
  }

  /** One connection, until it ends or is given up. */
  private async follow(stopped: AbortSignal): Promise<void> {
    const over = new AbortController();
    const signal = AbortSignal.any([stopped, over.signal]);
    const watchdog = setTimeout(() => over.abort(new StreamFault('stream.silent')), silenceMs).unref();
    this.log.reconnected();
    this.failures += 1;
    try {
      for await (const message of untilAborted(this.options.source.open(this.log.lastEventId, signal), signal)) {
        if (await this.take(message, instant())) watchdog.refresh();
      }
      if (this.failures > 0) throw new StreamFault('stream.ended');
    } finally {
      clearTimeout(watchdog);
      over.abort(); // whatever ended it, nothing of this connection is left open
    }
  }

  /** @returns whether it is the feed's own word: anybody could keep a stream alive with other messages */
  private async take({ event, data }: StreamMessage, came: Instant): Promise<boolean> {
    if (event !== 'snapshot' && event !== 'set' && event !== 'heartbeat') return false;
    try {
      const message = await readEventToken(data, event, this.options.trust);
      if (event === 'snapshot') this.log.takePage(message);
      else if (event === 'set') this.log.takeEvent(message);
      else this.hear(this.log.takeHeartbeat(message, came));
      return true;
    } catch (error) {
      this.log.lose();
      throw error;
    }
  }

  private apply(revocation: Revocation): void {
    this.options.live.add(revocation);
    if (revocation.kind === 'key') this.options.withdrawKey(revocation.keyId);
  }

  private hear(offMs: number | undefined): void {
    if (offMs === undefined) return;
    const { report } = this.options;
    if (offMs !== 0) report({ kind: 'clocks-differ', seconds: Math.round(offMs / 1000) });
    else if (this.isLost) report({ kind: 'followed' });
    this.isLost = offMs !== 0;
    this.failures = 0;
  }

  private lose(error: unknown): void {
    this.isLost = true;
    this.options.report({ kind: 'lost', reason: reasonOf(error) });
  }

  /** A tenth of a second, then twice as long each time, to 2 s; up to half of it less, so that not all come back at once. */
  private pauseMs(): number {
    const longest = Math.min(longestPauseMs, shortestPauseMs * 2 ** Math.max(0, this.failures - 1));
    return longest * (0.5 + Math.random() / 2);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined); // it rejects only where the signal ends it
}

/** The first line: that of `fetch` says why only in its cause, that of a database goes on with the parameters of the query. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  const lines = [message, ...(cause instanceof Error ? [cause.message] : [])];
  return lines.map((line) => line.split('\n', 1)[0]).join(': ');
}
