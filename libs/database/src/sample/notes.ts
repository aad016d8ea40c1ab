import { integer, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core';

/** The table with which the tests of this package exercise both databases. */
export const notes = pgTable(
  'notes',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    title: text('title').notNull(),
    likes: integer('likes').notNull().default(0),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [unique('notes_title_unique').on(table.title)],
);
