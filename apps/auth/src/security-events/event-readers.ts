import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Caller } from '@waybill/auth';
import { Scope } from '@waybill/contracts';
import { ProblemException } from '@waybill/service-defaults';
import type { FeedEntry } from './feed-entry.js';
import { LogTail } from './log-tail.js';

/** How many may read the feed from one process at once. */
const maximumReaders = 200;

/** How much longer a reader is served whose token is taken back, milliseconds: so that it is told the very event that says so. */
const toldWithinMs = 200;

/** One who reads the feed over HTTP. */
export interface EventReader {
  /** Ends when the stream has to. */
  readonly signal: AbortSignal;
  /** The stream has ended. */
  leave(): void;
}

/** Who reads the feed over HTTP, and for how long: until the token has expired or is taken back, or the service shuts down. */
@Injectable()
export class EventReaders implements OnModuleDestroy {
  private readonly open = new Set<AbortController>();
  private ending = false;

  constructor(private readonly tail: LogTail) {}

  /** Streams end at once at a shutdown, which would wait for them otherwise. */
  onModuleDestroy(): void {
    this.ending = true;
    for (const stream of this.open) stream.abort();
  }

  /** Lets a reader in. Throws ProblemException (503) where there are too many, or the service shuts down. */
  admit(caller: Caller): EventReader {
    if (this.ending) throw unavailable('not_ready', 'The service is shutting down.');
    if (this.open.size >= maximumReaders)
      throw unavailable('overloaded', 'The feed has as many readers as it can serve.');
    const stream = new AbortController();
    const end = () => stream.abort();
    const expiry = setTimeout(end, Math.max(0, caller.expiresAt * 1000 - Date.now())).unref();
    const stopListening = this.tail.onEvents((events) => {
      if (events.some(({ entries }) => entries.some((entry) => mayConcern(entry, caller))))
        setTimeout(end, toldWithinMs).unref();
    });
    this.open.add(stream);
    const leave = () => {
      clearTimeout(expiry);
      stopListening();
      this.open.delete(stream);
      end();
    };
    if (this.tail.recentEvents().some(({ entries }) => entries.some((entry) => concerns(entry, caller)))) end();
    return { signal: stream.signal, leave };
  }
}

/** Whether an entry takes the reader's token back. */
function concerns(entry: FeedEntry, { tokenId, sessionId }: Caller): boolean {
  switch (entry[0]) {
    case 't':
      return entry[1] === tokenId;
    case 's':
      return entry[1] === sessionId;
    case 'c':
      return entry[1] === sessionId && entry[2].includes(Scope.EventsRead);
    case 'k':
      return false;
  }
}

/** A caller does not say which key vouches for it, so where one is withdrawn everybody shows a token anew. */
function mayConcern(entry: FeedEntry, caller: Caller): boolean {
  return entry[0] === 'k' || concerns(entry, caller);
}

function unavailable(code: string, detail: string): ProblemException {
  return new ProblemException(503, code, 'The feed cannot be read now', detail, undefined, { 'Retry-After': '1' });
}
