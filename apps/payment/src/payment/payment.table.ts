import { sql } from 'drizzle-orm';
import { bigint, check, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

/**
 * Every attempt to charge for an order, at most one an order. A row is stored `pending` before the gateway is called: it
 * is the intent that a repeated request resumes. Amounts are in minor units: `refunded` has been given back, `refunding`
 * is reserved for refunds that are not decided yet.
 */
export const payments = pgTable(
  'payments',
  {
    id: uuid().primaryKey(),
    orderId: uuid('order_id').notNull(),
    issuer: text().notNull(),
    subject: text().notNull(),
    amount: bigint({ mode: 'number' }).notNull(),
    currency: text({ enum: ['EUR'] }).notNull(),
    paymentMethod: text('payment_method').notNull(),
    status: text({ enum: ['pending', 'succeeded', 'declined'] })
      .notNull()
      .default('pending'),
    gatewayReference: text('gateway_reference'),
    declineReason: text('decline_reason'),
    refunded: bigint({ mode: 'number' }).notNull().default(0),
    refunding: bigint({ mode: 'number' }).notNull().default(0),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    decidedAt: timestamp('decided_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [
    uniqueIndex('payments_order_id_unique').on(table.orderId),
    check('payments_amount_positive', sql`${table.amount} > 0`),
    check('payments_status_known', sql`${table.status} in ('pending', 'succeeded', 'declined')`),
    check('payments_decided', sql`(${table.status} = 'pending') = (${table.decidedAt} is null)`),
    check('payments_charged', sql`(${table.status} = 'succeeded') = (${table.gatewayReference} is not null)`),
    check('payments_declined', sql`(${table.status} = 'declined') = (${table.declineReason} is not null)`),
    check(
      'payments_refunds_of_charges',
      sql`${table.status} = 'succeeded' or ${table.refunded} + ${table.refunding} = 0`,
    ),
    check(
      'payments_refunds_within_charge',
      sql`${table.refunded} >= 0 and ${table.refunding} >= 0 and ${table.refunded} + ${table.refunding} <= ${table.amount}`,
    ),
  ],
);

/** A stored payment, decided or not. */
export type PaymentRow = typeof payments.$inferSelect;
