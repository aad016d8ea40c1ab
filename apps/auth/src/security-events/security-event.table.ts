import { sql } from 'drizzle-orm';
import { bigint, boolean, check, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { FeedEntry } from './feed-entry.js';

const instant = (column: string) => timestamp(column, { withTimezone: true });

/**
 * The log of security events, in one row: its name, by which readers notice another log, and its end. Whoever appends locks
 * the row until its transaction ends, so that positions are given in the order of commits, and without a gap.
 */
export const securityEventLog = pgTable(
  'security_event_log',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    position: bigint('position', { mode: 'number' }).notNull().default(0),
    only: boolean('only').notNull().default(true).unique(),
  },
  (table) => [check('security_event_log_only', sql`${table.only}`)],
);

/** What was appended: the signed event, and what a snapshot says of it. Deleted from the oldest on, once it has expired. */
export const securityEvents = pgTable('security_events', {
  seq: bigint('seq', { mode: 'number' }).primaryKey(),
  set: text('set').notNull(),
  entries: jsonb('entries').$type<FeedEntry[]>().notNull(),
  expiresAt: instant('expires_at').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
});
