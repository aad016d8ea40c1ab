import { bigint, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/**
 * The sandbox gateway's books of refunds: one row for each idempotency key that it has decided. Nothing but the gateway
 * writes it, and an outside checker counts refunds here. `amount` is in minor units.
 */
export const sandboxRefunds = pgTable(
  'sandbox_refunds',
  {
    idempotencyKey: text('idempotency_key').primaryKey(),
    reference: text().notNull(),
    chargeReference: text('charge_reference').notNull(),
    amount: bigint({ mode: 'number' }).notNull(),
    currency: text({ enum: ['EUR'] }).notNull(),
    outcome: text({ enum: ['succeeded', 'declined'] }).notNull(),
    declineReason: text('decline_reason'),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [index('sandbox_refunds_charge_reference').on(table.chargeReference)],
);
