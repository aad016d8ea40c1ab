import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { payments } from '../payment/payment.table.js';

/**
 * Every attempt to give money back. A row is stored `pending` before the gateway is called: it is the intent that a
 * repeated request resumes. `issuer` and `subject` say who asked first, `chargeReference` is the
 * gateway's name for the charge. `amount` is in minor units.
 */
export const refunds = pgTable(
  'refunds',
  {
    id: uuid().primaryKey(),
    paymentId: uuid('payment_id')
      .notNull()
      .references(() => payments.id),
    chargeReference: text('charge_reference').notNull(),
    issuer: text().notNull(),
    subject: text().notNull(),
    amount: bigint({ mode: 'number' }).notNull(),
    currency: text({ enum: ['EUR'] }).notNull(),
    status: text({ enum: ['pending', 'succeeded', 'declined'] })
      .notNull()
      .default('pending'),
    gatewayReference: text('gateway_reference'),
    declineReason: text('decline_reason'),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    decidedAt: timestamp('decided_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [
    index('refunds_payment_id').on(table.paymentId),
    check('refunds_amount_positive', sql`${table.amount} > 0`),
    check('refunds_status_known', sql`${table.status} in ('pending', 'succeeded', 'declined')`),
    check('refunds_decided', sql`(${table.status} = 'pending') = (${table.decidedAt} is null)`),
    check('refunds_made', sql`(${table.status} = 'succeeded') = (${table.gatewayReference} is not null)`),
    check('refunds_declined', sql`(${table.status} = 'declined') = (${table.declineReason} is not null)`),
  ],
);

/** A stored refund, decided or not. */
export type RefundRow = typeof refunds.$inferSelect;
