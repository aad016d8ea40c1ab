import type { StoredEvent } from './stored-events.js';

/** How many events are kept. */
const capacity = 1_000;

/** The latest events of the log, in memory for those who are at its end. */
export class RecentEvents {
  private events: readonly StoredEvent[] = [];

  /** All of them, the oldest first. */
  all(): readonly StoredEvent[] {
    return this.events;
  }

  /** The events right after a position; none where the very next one is not among them. */
  after(position: number): readonly StoredEvent[] {
    const next = this.events.findLastIndex(({ seq }) => seq === position + 1);
    return next < 0 ? [] : this.events.slice(next);
  }

  add(events: readonly StoredEvent[]): void {
    if (events.length > 0) this.events = [...this.events, ...events].slice(-capacity);
  }

  clear(): void {
    this.events = [];
  }
}

/** From where on those events are that are worth reading into memory: what lies further back is dropped at once. */
export function memorableAfter(known: number, end: number): number {
  return Math.max(known, end - capacity);
}
