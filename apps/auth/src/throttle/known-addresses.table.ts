import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { subjects } from '../subjects/subject.table.js';

/** From where subjects have signed in, each pair of name and address as a keyed hash. */
export const knownAddresses = pgTable(
  'known_addresses',
  {
    hash: text('hash').primaryKey(),
    sub: text('sub')
      .notNull()
      .references(() => subjects.sub, { onDelete: 'cascade' }),
    seenAt: timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('known_addresses_sub').on(table.sub, table.seenAt), index('known_addresses_seen').on(table.seenAt)],
);
