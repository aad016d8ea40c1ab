import { testDatabases } from '@waybill/database/testing';
import type { ChargeBooks } from '../charge/charge-books.js';
import { DrizzleChargeBooks } from '../charge/drizzle.charge-books.js';
import type { Claims } from '../claim/claims.js';
import { DrizzleClaims } from '../claim/drizzle.claims.js';
import { ledgerEntries, type NewLedgerEntry } from '../ledger/ledger-entry.table.js';
import { openPaymentDatabase } from '../payment-database.fixture.js';
import { DrizzleRefundBooks } from '../refund/drizzle.refund-books.js';
import type { RefundBooks } from '../refund/refund-books.js';
import { MemoryChargeBooks } from './memory.charge-books.js';
import { MemoryClaims } from './memory.claims.js';
import { MemoryRefundBooks } from './memory.refund-books.js';
import { MemoryState } from './memory-state.js';
import type { Step } from './simulated-process.js';

/** The books as one replica has them. */
export interface Books {
  claims: Claims;
  charges: ChargeBooks;
  refunds: RefundBooks;
}

/** Books, open. */
export interface BooksFixture {
  /** The same books, of the replica whose turn it is. */
  next(): Books;
  ledger(): Promise<Pick<NewLedgerEntry, 'paymentId' | 'account' | 'amount'>[]>;
  close(): Promise<void>;
}

/** Every kind of books: what the simulation works with, and what the service works with. */
export function kindsOfBooks(): { kind: string; open(): Promise<BooksFixture> }[] {
  return [
    { kind: 'simulated', open: async () => memoryBooks() },
    ...testDatabases().map((database) => ({ kind: database.kind, open: () => drizzleBooks(database) })),
  ];
}

function memoryBooks(): BooksFixture {
  const state = new MemoryState();
  const atOnce: Step = async (_label, effect) => effect();
  const books = {
    claims: new MemoryClaims(state, atOnce),
    charges: new MemoryChargeBooks(state, atOnce),
    refunds: new MemoryRefundBooks(state, atOnce),
  };
  return { next: () => books, ledger: async () => state.ledger, close: async () => {} };
}

async function drizzleBooks(kind: Parameters<typeof openPaymentDatabase>[0]): Promise<BooksFixture> {
  const { db, replicas, close } = await openPaymentDatabase(kind);
  let turn = 0;
  const next = () => {
    const replica = replicas[turn++ % replicas.length] ?? db;
    return {
      claims: new DrizzleClaims(replica),
      charges: new DrizzleChargeBooks(replica),
      refunds: new DrizzleRefundBooks(replica),
    };
  };
  return { next, ledger: () => db.select().from(ledgerEntries), close };
}
