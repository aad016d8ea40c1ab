import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { payments } from '../payment/payment.table.js';

/**
 * The double-entry ledger: what each payment moved between accounts, in signed minor units. The entries of one statement
 * sum to zero per payment and none is ever changed; the triggers of the migration `ledger_guards` hold the database to it.
 */
export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    paymentId: uuid('payment_id')
      .notNull()
      .references(() => payments.id),
    account: text({ enum: ['gateway', 'sales'] }).notNull(),
    amount: bigint({ mode: 'number' }).notNull(),
    currency: text({ enum: ['EUR'] }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [
    index('ledger_entries_payment_id').on(table.paymentId),
    check('ledger_entries_amount_moves', sql`${table.amount} <> 0`),
  ],
);

/** An entry that is about to be posted. */
export type NewLedgerEntry = typeof ledgerEntries.$inferInsert;
