import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { orders } from '../orders/order.table.js';

const instant = (column: string) => timestamp(column, { withTimezone: true, precision: 3 });

/**
 * Every refund of an order, stored pending before payment is asked. Who asked for it is (`issuer`, `subject`). `amount` is
 * in minor units; what is pending and what succeeded together never exceed the order's total.
 */
export const refunds = pgTable(
  'refunds',
  {
    id: uuid().primaryKey(),
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    paymentId: uuid('payment_id').notNull(),
    issuer: text().notNull(),
    subject: text().notNull(),
    status: text({ enum: ['pending', 'succeeded', 'declined', 'cancelled'] })
      .notNull()
      .default('pending'),
    amount: bigint({ mode: 'number' }).notNull(),
    currency: text({ enum: ['EUR'] }).notNull(),
    declineReason: text('decline_reason'),
    createdAt: instant('created_at').notNull().defaultNow(),
    decidedAt: instant('decided_at'),
  },
  (table) => [
    index('refunds_of_order').on(table.orderId),
    index('refunds_pending').on(table.createdAt).where(sql`${table.status} = 'pending'`),
    check('refunds_amount_positive', sql`${table.amount} > 0`),
    check('refunds_status_known', sql`${table.status} in ('pending', 'succeeded', 'declined', 'cancelled')`),
    check('refunds_decided', sql`(${table.status} = 'pending') = (${table.decidedAt} is null)`),
    check('refunds_declined', sql`(${table.status} = 'declined') = (${table.declineReason} is not null)`),
  ],
);

/** A stored refund. */
export type RefundRow = typeof refunds.$inferSelect;
