import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import type { AuthDatabase } from '../database.js';
import { EventSigner } from './event-signer.js';
import { LogTail, type Reading } from './log-tail.js';
import { pagesOf } from './snapshot.js';
import { eventsAfter, isKeptAfter, type LogEnd, liveEntries, type StoredEvent } from './stored-events.js';

/** A message of the stream, with the fields of server-sent events; `data` is a compact JWS. */
export interface StreamMessage {
  readonly event: 'snapshot' | 'set' | 'heartbeat';
  readonly id?: string;
  readonly data: string;
}

/** A heartbeat comes with the first reading after so many milliseconds: about every second. */
const heartbeatMs = 900;

/** A reading that is older, milliseconds, because the reader was slow to take what came before it, makes no heartbeat. */
const freshMs = 1_000;

/** The log as a stream of signed messages: a snapshot where one is needed, then every event in its order, and heartbeats. */
@Injectable()
export class EventFeed {
  private readonly heartbeats = new WeakMap<Reading, StreamMessage>();

  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly tail: LogTail,
    private readonly signer: EventSigner,
  ) {}

  /** The keys that sign the messages, as a JWK Set (RFC 7517 §5). */
  jwks = async () => this.signer.jwks();

  /**
   * Opens the stream after a position (`<log>:<seq>`), or with a snapshot where there is none to go on from. It reads no more
   * than is taken from it, and ends with the signal, or where it cannot go on: the reader comes back then, with its position.
   * Rejects where the database is away.
   */
  async *open(signal: AbortSignal, lastEventId?: string): AsyncGenerator<StreamMessage, void> {
    let reading: Reading | undefined = await this.tail.read();
    const { log } = reading;
    let position = await this.positionOf(lastEventId, reading);
    if (position === undefined) yield* this.snapshot(reading);
    position ??= reading.position;
    for (let heardAt = Number.NEGATIVE_INFINITY; reading; reading = await this.next(reading, signal)) {
      if (reading.log !== log || reading.position < position) return; // the database is another one
      for await (const event of this.events(position, reading.position)) {
        yield { event: 'set', id: `${log}:${event.seq}`, data: event.set };
        position = event.seq;
      }
      if (position < reading.position) return; // the next event was pruned before it was read
      if (reading.askedAt < heardAt + heartbeatMs || performance.now() - reading.askedAt > freshMs) continue;
      heardAt = reading.askedAt;
      yield this.heartbeat(reading);
    }
  }

  private async next(reading: Reading, signal: AbortSignal): Promise<Reading | undefined> {
    try {
      return await this.tail.after(reading, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** The position from which a reader can go on; undefined for one of another log, from before what is kept, or beyond the end. */
  private async positionOf(lastEventId: string | undefined, end: LogEnd): Promise<number | undefined> {
    const [, log, seq] = /^([0-9a-f-]{36}):(\d{1,15})$/.exec(lastEventId ?? '') ?? [];
    const position = Number(seq);
    if (log !== end.log || position > end.position) return undefined;
    return (await isKeptAfter(this.db, position, end.position)) ? position : undefined;
  }

  private async *snapshot({ log, position: seq }: LogEnd): AsyncGenerator<StreamMessage> {
    const snapshot = randomUUID(); // so that nobody can make one of the pages of two
    for await (const page of pagesOf(liveEntries(this.db, seq))) {
      const claims = { ...this.stamp(Date.now()), log, seq, snapshot, ...page };
      yield { event: 'snapshot', data: this.signer.sign('waybill-snapshot+jwt', claims) };
    }
  }

  /** The events after a position, up to another: from memory, or else from the database. It ends early where one is missing. */
  private async *events(position: number, upTo: number): AsyncGenerator<StoredEvent> {
    for (let next = position + 1; next <= upTo; ) {
      const recent = this.tail.recentAfter(next - 1);
      const events = recent.length > 0 ? recent : await eventsAfter(this.db, next - 1, upTo);
      if (events.length === 0) return;
      for (const event of events) {
        if (event.seq !== next || event.seq > upTo) return;
        yield event;
        next += 1;
      }
    }
  }

  /** Says that the log ended there when that was read: the same for everybody who hears of the same reading. */
  private heartbeat(reading: Reading): StreamMessage {
    const { log, position: seq, at } = reading;
    const known = this.heartbeats.get(reading);
    if (known) return known;
    const claims = { ...this.stamp(at), iat_ms: at, log, seq };
    const message: StreamMessage = { event: 'heartbeat', data: this.signer.sign('waybill-heartbeat+jwt', claims) };
    this.heartbeats.set(reading, message);
    return message;
  }

  private stamp(at: number) {
    return { iss: this.config.authIssuer, iat: Math.floor(at / 1000) };
  }
}
