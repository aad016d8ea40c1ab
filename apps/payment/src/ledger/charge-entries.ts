import type { PaymentRow } from '../payment/payment.table.js';
import type { NewLedgerEntry } from './ledger-entry.table.js';

/** What a successful charge moves: the gateway owes us the amount, and it was earned by sales. */
export function chargeEntries(payment: Pick<PaymentRow, 'id' | 'amount' | 'currency'>): NewLedgerEntry[] {
  const { id: paymentId, amount, currency } = payment;
  return [
    { paymentId, account: 'gateway', amount, currency },
    { paymentId, account: 'sales', amount: -amount, currency },
  ];
}
