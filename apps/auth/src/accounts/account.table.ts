import { boolean, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { subjects } from '../subjects/subject.table.js';

const instant = (column: string) => timestamp(column, { withTimezone: true });

/** People who sign in. `password_hash` is argon2id in PHC string form. */
export const accounts = pgTable('accounts', {
  sub: text('sub')
    .primaryKey()
    .references(() => subjects.sub),
  username: text('username').notNull().unique(),
  passwordHash: text('password_hash').notNull(),
  demo: boolean('demo').notNull().default(false),
  createdAt: instant('created_at').notNull().defaultNow(),
});
