import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { sessions } from '../sessions/session.table.js';

const instant = (column: string) => timestamp(column, { withTimezone: true });

/** Second keys that were given out: each goes with one access token, named by its `jti`, and dies with it. The key itself is not stored, nor its hash. */
export const secondKeys = pgTable(
  'second_keys',
  {
    id: uuid('id').primaryKey(),
    sid: uuid('sid')
      .notNull()
      .references(() => sessions.sid, { onDelete: 'cascade' }),
    sub: text('sub').notNull(),
    tokenId: text('token_id').notNull().unique(),
    scopes: text('scopes').array().notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('second_keys_of_subject').on(table.sub), index('second_keys_expires_at').on(table.expiresAt)],
);
