import type { LedgerBalance } from '@waybill/contracts';
import { sql } from 'drizzle-orm';
import type { PaymentDatabase } from '../database.js';
import { ledgerEntries } from './ledger-entry.table.js';

/** Adds the whole ledger up, over all and payment by payment. It reads every entry. */
export async function balanceOf(db: PaymentDatabase): Promise<LedgerBalance> {
  const perPayment = db
    .select({
      sum: sql<string>`sum(${ledgerEntries.amount})`.as('sum'),
      gateway:
        sql<string>`coalesce(sum(${ledgerEntries.amount}) filter (where ${ledgerEntries.account} = 'gateway'), 0)`.as(
          'gateway',
        ),
      sales:
        sql<string>`coalesce(sum(${ledgerEntries.amount}) filter (where ${ledgerEntries.account} = 'sales'), 0)`.as(
          'sales',
        ),
    })
    .from(ledgerEntries)
    .groupBy(ledgerEntries.paymentId)
    .as('per_payment');
  const [totals] = await db
    .select({
      sum: total(sql`coalesce(sum(${perPayment.sum}), 0)`),
      gateway: total(sql`coalesce(sum(${perPayment.gateway}), 0)`),
      sales: total(sql`coalesce(sum(${perPayment.sales}), 0)`),
      payments: total(sql`count(*)`),
      unbalanced: total(sql`count(*) filter (where ${perPayment.sum} <> 0)`),
    })
    .from(perPayment);
  if (totals === undefined) throw new Error('Sums without groups have one row.');
  const { sum, payments, unbalanced, ...accounts } = totals;
  return { balanced: sum === 0 && unbalanced === 0, currency: 'EUR', sum, accounts, payments, unbalanced };
}

function total(expression: ReturnType<typeof sql>) {
  return sql<number>`${expression}`.mapWith(Number);
}
