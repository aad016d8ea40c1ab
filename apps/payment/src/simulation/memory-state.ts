import type { NewLedgerEntry } from '../ledger/ledger-entry.table.js';
import type { PaymentRow } from '../payment/payment.table.js';
import type { RefundRow } from '../refund/refund.table.js';

/** The payment service's database, in memory. */
export class MemoryState {
  readonly claims = new Map<string, 'charge' | 'refund' | 'fence'>();
  /** By order. */
  readonly payments = new Map<string, PaymentRow>();
  readonly refunds = new Map<string, RefundRow>();
  readonly ledger: NewLedgerEntry[] = [];

  /** Claims an id, and says whether nobody had. */
  claim(id: string, kind: 'charge' | 'refund' | 'fence'): boolean {
    if (this.claims.has(id)) return false;
    this.claims.set(id, kind);
    return true;
  }

  /** The payment of an id, which may be changed. */
  payment(id: string): PaymentRow | undefined {
    return [...this.payments.values()].find((payment) => payment.id === id);
  }
}

/** What an attempt is when it is stored. */
export const opened = {
  status: 'pending',
  gatewayReference: null,
  declineReason: null,
  createdAt: new Date(0),
  decidedAt: null,
} as const;
