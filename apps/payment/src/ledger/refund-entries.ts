import type { RefundRow } from '../refund/refund.table.js';
import type { NewLedgerEntry } from './ledger-entry.table.js';

/** What a refund moves: the reverse of so much of the charge. */
export function refundEntries(refund: Pick<RefundRow, 'paymentId' | 'amount' | 'currency'>): NewLedgerEntry[] {
  const { paymentId, amount, currency } = refund;
  return [
    { paymentId, account: 'gateway', amount: -amount, currency },
    { paymentId, account: 'sales', amount, currency },
  ];
}
