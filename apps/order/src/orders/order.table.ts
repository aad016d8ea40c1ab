import type { OrderLine, PaymentStatus } from '@waybill/contracts';
import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/**
 * Every order, with the intent to pay for it (`total`, `currency`, `paymentMethod`) in the same row: one statement stores
 * both before payment is called. The owner is (`issuer`, `subject`). `total` is in minor units.
 */
export const orders = pgTable(
  'orders',
  {
    id: uuid().primaryKey(),
    issuer: text().notNull(),
    subject: text().notNull(),
    status: text({ enum: ['pending', 'confirmed', 'cancelled'] })
      .notNull()
      .default('pending'),
    items: jsonb().$type<OrderLine[]>().notNull(),
    total: bigint({ mode: 'number' }).notNull(),
    currency: text({ enum: ['EUR'] }).notNull(),
    paymentMethod: text('payment_method').notNull(),
    paymentId: uuid('payment_id'),
    paymentStatus: text('payment_status').$type<PaymentStatus>(),
    declineReason: text('decline_reason'),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    decidedAt: timestamp('decided_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [
    // Read backwards for "newest first": an index that drizzle declares DESC is NULLS LAST, which ORDER BY … DESC is not.
    index('orders_of_owner').on(table.issuer, table.subject, table.createdAt, table.id),
    index('orders_pending').on(table.createdAt).where(sql`${table.status} = 'pending'`),
    check('orders_status_known', sql`${table.status} in ('pending', 'confirmed', 'cancelled')`),
    check('orders_decided', sql`(${table.status} = 'pending') = (${table.decidedAt} is null)`),
    check('orders_confirmed_are_paid', sql`${table.status} <> 'confirmed' or ${table.paymentId} is not null`),
    check('orders_pending_are_unpaid', sql`${table.status} <> 'pending' or ${table.paymentId} is null`),
    check('orders_payment_whole', sql`(${table.paymentId} is null) = (${table.paymentStatus} is null)`),
  ],
);

/** A stored order. */
export type OrderRow = typeof orders.$inferSelect;
