import { sql } from 'drizzle-orm';
import { check, pgTable, text } from 'drizzle-orm/pg-core';

/**
 * Everybody whom a token can speak for. Accounts and clients share this one name space, so that no account can pass for
 * a client: a client's own tokens have its identifier as `sub` (RFC 9068 §5).
 */
export const subjects = pgTable(
  'subjects',
  {
    sub: text('sub').primaryKey(),
    kind: text('kind', { enum: ['account', 'client'] }).notNull(),
  },
  (table) => [check('subjects_kind', sql`${table.kind} in ('account', 'client')`)],
);
