import { index, json, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Answer } from './answer.js';

const instant = (column: string) => timestamp(column, { withTimezone: true, precision: 3 });

/**
 * Idempotency keys of the last 24 hours, each taken in the transaction that stored what its request made (`resource`). A
 * request is in flight until `in_flight_until`, which passes by itself where its process died. `answer` is the final one,
 * to the letter: JSON, not JSONB.
 */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    issuer: text().notNull(),
    subject: text().notNull(),
    route: text().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    resource: uuid().notNull(),
    inFlightUntil: instant('in_flight_until'),
    answer: json().$type<Answer>(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.issuer, table.subject, table.route, table.key] }),
    index('idempotency_keys_created_at').on(table.createdAt),
  ],
);
