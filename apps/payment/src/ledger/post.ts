import type { PaymentDatabase } from '../database.js';
import { ledgerEntries, type NewLedgerEntry } from './ledger-entry.table.js';

/**
 * Posts one movement, all its entries in one statement, which is how the database's own check sees that they balance.
 * Call it in the transaction of the change that it records. @throws RangeError when the entries do not sum to zero.
 */
export async function post(tx: PaymentDatabase, entries: NewLedgerEntry[]): Promise<void> {
  const sum = entries.reduce((total, entry) => total + entry.amount, 0);
  if (sum !== 0) throw new RangeError(`The entries of a posting must sum to zero, and these sum to ${sum}.`);
  await tx.insert(ledgerEntries).values(entries);
}
