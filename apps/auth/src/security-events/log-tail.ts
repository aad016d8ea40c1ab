import { EventEmitter, once } from 'node:events';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { databaseReason, InjectDatabase } from '@waybill/database';
import type { AuthDatabase } from '../database.js';
import { memorableAfter, RecentEvents } from './recent-events.js';
import { eventsAfter, type LogEnd, logEnd, type StoredEvent } from './stored-events.js';

/** How often the log's end is read, milliseconds; after an append of this process sooner at first, until it is committed. */
const pollMs = 200;
const eagerMs = 5;

/** Where the log ended when it was asked for: an answer that was long in coming is old news. */
export interface Reading extends LogEnd {
  /** By the wall clock, milliseconds since the epoch. */
  readonly at: number;
  /** By a clock that nobody sets, milliseconds. */
  readonly askedAt: number;
}

/** Follows the log in the database, once for everybody in this process who follows it. */
@Injectable()
export class LogTail implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LogTail.name);
  private readonly news = new EventEmitter<{ reading: [Reading]; events: [readonly StoredEvent[]] }>();
  private readonly recent = new RecentEvents();
  private latest: Reading | undefined;
  private queued: Promise<Reading> | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private pauseMs = pollMs;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private lost = false;

  constructor(@InjectDatabase() private readonly db: AuthDatabase) {
    this.news.setMaxListeners(0);
  }

  onApplicationBootstrap(): void {
    this.schedule();
  }

  /** It goes on as long as requests are answered. Resolves when the database is asked no more. */
  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.turn;
  }

  /**
   * Reads the log's end anew: what was committed before is not missed. Who asks while one of them waits for its turn shares
   * it. Rejects where the database is away.
   */
  read(): Promise<Reading> {
    this.queued ??= this.inTurn(() => {
      this.queued = undefined;
      return this.take();
    });
    return this.queued;
  }

  /** The next reading after this one. Rejects once the signal ends the wait. */
  async after(reading: Reading, signal: AbortSignal): Promise<Reading> {
    signal.throwIfAborted();
    if (this.latest && this.latest !== reading) return this.latest;
    const [next] = await once(this.news, 'reading', { signal });
    return next;
  }

  /** Those of the latest events that come right after a position; none where the very next one is not in memory. */
  recentAfter(position: number): readonly StoredEvent[] {
    return this.recent.after(position);
  }

  /** The latest events, the oldest first. */
  recentEvents(): readonly StoredEvent[] {
    return this.recent.all();
  }

  /** Tells a listener of all further events as soon as they are known. Answers what ends that. */
  onEvents(listener: (events: readonly StoredEvent[]) => void): () => void {
    this.news.on('events', listener);
    return () => void this.news.off('events', listener);
  }

  /** This process has appended something: it is looked for at once, and then less and less often. */
  expectNews(): void {
    if (this.pauseMs === eagerMs) return;
    this.pauseMs = eagerMs;
    this.schedule();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => void this.poll(), this.pauseMs).unref();
  }

  private async poll(): Promise<void> {
    this.pauseMs = Math.min(pollMs, this.pauseMs * 2);
    await this.read().catch(() => undefined); // it is told of, and the next turn tries again
    this.schedule();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined); // whoever asked hears of it
    return done;
  }

  private async take(): Promise<Reading> {
    const [at, askedAt] = [Date.now(), performance.now()];
    try {
      const end = await logEnd(this.db);
      const events = await this.furtherEvents(end);
      this.tellOfReturn();
      return this.publish({ ...end, at, askedAt }, events);
    } catch (error) {
      this.tellOfLoss(error);
      throw error;
    }
  }

  /** The events since the last reading. A log that is another, or shorter than it was, begins anew. */
  private async furtherEvents({ log, position: end }: LogEnd): Promise<StoredEvent[]> {
    const goesOn = this.latest?.log === log && this.latest.position <= end;
    if (!goesOn) this.recent.clear();
    const known = this.latest && goesOn ? this.latest.position : end;
    const events: StoredEvent[] = [];
    for (let page: StoredEvent[], from = memorableAfter(known, end); from < end; from = page.at(-1)?.seq ?? end) {
      page = await eventsAfter(this.db, from, end);
      events.push(...page);
    }
    return events;
  }

  private publish(reading: Reading, events: readonly StoredEvent[]): Reading {
    this.recent.add(events);
    this.latest = reading;
    if (events.length > 0) this.news.emit('events', events);
    this.news.emit('reading', reading);
    return reading;
  }

  private tellOfLoss(error: unknown): void {
    if (!this.lost) this.logger.warn(`The log of security events cannot be read: ${databaseReason(error)}`);
    this.lost = true;
  }

  private tellOfReturn(): void {
    if (this.lost) this.logger.log('The log of security events is read again.');
    this.lost = false;
  }
}
