import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/**
 * The books of the sandbox gateway, which stands for another company: one row for each idempotency key that it has
 * decided. Nothing but the gateway writes it, and an outside checker counts charges here. `amount` is in minor units.
 */
export const sandboxCharges = pgTable('sandbox_charges', {
  idempotencyKey: text('idempotency_key').primaryKey(),
  reference: text().notNull().unique(),
  amount: bigint({ mode: 'number' }).notNull(),
  currency: text({ enum: ['EUR'] }).notNull(),
  paymentMethod: text('payment_method').notNull(),
  outcome: text({ enum: ['succeeded', 'declined'] }).notNull(),
  declineReason: text('decline_reason'),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
});
