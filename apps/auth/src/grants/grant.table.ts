import { pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { subjects } from '../subjects/subject.table.js';

const instant = (column: string) => timestamp(column, { withTimezone: true });

/** Which scopes each subject may ask for, today. */
export const grants = pgTable(
  'grants',
  {
    sub: text('sub')
      .notNull()
      .references(() => subjects.sub),
    scope: text('scope').notNull(),
    grantedAt: instant('granted_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.sub, table.scope] })],
);
