import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const instant = (column: string) => timestamp(column, { withTimezone: true, precision: 3 });

/**
 * What each webhook is to be told, and how that stands. The rows are the outbox: one is written in the transaction of the
 * event, and attempted from then on until it is delivered or given up. `set` is the signed event: the log forgets it sooner.
 */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    messageId: uuid('message_id').notNull().defaultRandom(),
    url: text().notNull(),
    seq: bigint({ mode: 'number' }).notNull(),
    set: text().notNull(),
    status: text({ enum: ['pending', 'delivered', 'failed'] })
      .notNull()
      .default('pending'),
    attempts: integer().notNull().default(0),
    lastFailure: text('last_failure'),
    createdAt: instant('created_at').notNull().defaultNow(),
    nextAttemptAt: instant('next_attempt_at').notNull().defaultNow(),
    deliveredAt: instant('delivered_at'),
  },
  (table) => [
    index('webhook_deliveries_pending').on(table.nextAttemptAt).where(sql`${table.status} = 'pending'`),
    check('webhook_deliveries_status_known', sql`${table.status} in ('pending', 'delivered', 'failed')`),
    check('webhook_deliveries_delivered', sql`(${table.status} = 'delivered') = (${table.deliveredAt} is not null)`),
  ],
);

/** A stored delivery. */
export type WebhookDelivery = typeof webhookDeliveries.$inferSelect;
