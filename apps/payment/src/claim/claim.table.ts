import { sql } from 'drizzle-orm';
import { check, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/**
 * What each id may be used for, once and for ever: to charge an order, to make a refund, or for neither. Whoever claims
 * an id first has it, by the primary key. Storing a payment or a refund claims its id in the same statement: the triggers
 * of the migration `claims` see to that, and keep claims from being changed.
 */
export const claims = pgTable(
  'claims',
  {
    id: uuid().primaryKey(),
    kind: text({ enum: ['charge', 'refund', 'fence'] }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [check('claims_kind_known', sql`${table.kind} in ('charge', 'refund', 'fence')`)],
);
