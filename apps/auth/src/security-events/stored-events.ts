import { and, asc, gt, lte, min, sql } from 'drizzle-orm';
import type { AuthDatabase } from '../database.js';
import { securityEventLog, securityEvents } from '../schema.js';
import type { FeedEntry } from './feed-entry.js';

/** An event as it was appended. */
export interface StoredEvent {
  readonly seq: number;
  /** The signed Security Event Token. */
  readonly set: string;
  readonly entries: readonly FeedEntry[];
}

/** Where a log ends. */
export interface LogEnd {
  readonly log: string;
  readonly position: number;
}

/** How many rows are read in one go. */
const pageRows = 500;

const columns = { seq: securityEvents.seq, set: securityEvents.set, entries: securityEvents.entries };

/** The log's name and its last position. Everything up to it is committed: positions are given in the order of commits. */
export async function logEnd(db: AuthDatabase): Promise<LogEnd> {
  const { id: log, position } = securityEventLog;
  const [end] = await db.select({ log, position }).from(securityEventLog);
  if (!end) throw new Error('There is no log of security events: it was not begun.');
  return end;
}

/** The next events after a position, up to another. Where the first is not the very next one, that has been pruned. */
export function eventsAfter(db: AuthDatabase, position: number, upTo: number): Promise<StoredEvent[]> {
  return db
    .select(columns)
    .from(securityEvents)
    .where(and(gt(securityEvents.seq, position), lte(securityEvents.seq, upTo)))
    .orderBy(asc(securityEvents.seq))
    .limit(pageRows);
}

/** Whether everything after a position is still stored. Only what is oldest is ever deleted, so that the first tells. */
export async function isKeptAfter(db: AuthDatabase, position: number, end: number): Promise<boolean> {
  if (position === end) return true;
  const [first] = await db.select({ seq: min(securityEvents.seq) }).from(securityEvents);
  return typeof first?.seq === 'number' && first.seq <= position + 1;
}

/** What is in force of the events up to a position, oldest first, one event's at a time. */
export async function* liveEntries(db: AuthDatabase, upTo: number): AsyncGenerator<readonly FeedEntry[]> {
  const alive = gt(securityEvents.expiresAt, new Date());
  for (let position = 0; ; ) {
    const rows = await db
      .select({ seq: securityEvents.seq, entries: securityEvents.entries })
      .from(securityEvents)
      .where(and(alive, gt(securityEvents.seq, position), lte(securityEvents.seq, upTo)))
      .orderBy(asc(securityEvents.seq))
      .limit(pageRows);
    const last = rows.at(-1);
    if (!last) return;
    for (const { entries } of rows) yield entries;
    position = last.seq;
  }
}

/** Deletes the oldest events up to the first that has not expired, so that what is left has no gap. */
export async function prune(db: AuthDatabase): Promise<void> {
  const now = new Date();
  const firstAlive = sql`(select min(${securityEvents.seq}) from ${securityEvents} where ${gt(securityEvents.expiresAt, now)})`;
  const beyondTheEnd = sql`(select ${securityEventLog.position} + 1 from ${securityEventLog})`;
  await db.delete(securityEvents).where(sql`${securityEvents.seq} < coalesce(${firstAlive}, ${beyondTheEnd})`);
}
