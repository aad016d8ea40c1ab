import { randomUUID } from 'node:crypto';
import { databaseReason } from '@waybill/database';
import { testDatabases } from '@waybill/database/testing';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { payments } from '../payment/payment.table.js';
import { openPaymentDatabase, type PaymentDatabaseFixture } from '../payment-database.fixture.js';
import { chargeEntries } from './charge-entries.js';
import { ledgerEntries } from './ledger-entry.table.js';
import { post } from './post.js';

test('a charge moves the amount from sales to what the gateway owes, and sums to zero', () => {
  const entries = chargeEntries({ id: randomUUID(), amount: 3998, currency: 'EUR' });
  expect(entries.map(({ account, amount }) => [account, amount])).toEqual([
    ['gateway', 3998],
    ['sales', -3998],
  ]);
});

describe.each(testDatabases())('on the $kind database', (kind) => {
  let database: PaymentDatabaseFixture;

  beforeAll(async () => {
    database = await openPaymentDatabase(kind);
    return () => database.close();
  });

  async function storedPayment() {
    const payment = { id: randomUUID(), amount: 500, currency: 'EUR' } as const;
    await database.db.insert(payments).values({
      ...payment,
      orderId: randomUUID(),
      issuer: 'https://auth.example',
      subject: 'alice',
      paymentMethod: 'pm_card_visa',
    });
    return payment;
  }

  /** Why the database refuses a change. */
  async function refusal(change: PromiseLike<unknown>): Promise<string> {
    return Promise.resolve(change).then(() => 'accepted', databaseReason);
  }

  test('posts entries that sum to zero', async () => {
    const payment = await storedPayment();
    await post(database.db, chargeEntries(payment));
    const [balance] = await database.db.select({ sum: sql<string>`sum(amount)` }).from(ledgerEntries);
    expect(Number(balance?.sum)).toBe(0);
  });

  test('does not post entries that do not', async () => {
    const [first] = chargeEntries(await storedPayment());
    await expect(post(database.db, first ? [first] : [])).rejects.toThrow(RangeError);
  });

  test('the database itself refuses a movement that does not sum to zero for each payment', async () => {
    const [owed] = chargeEntries(await storedPayment());
    const [, earned] = chargeEntries(await storedPayment());
    if (owed === undefined || earned === undefined) throw new Error('A charge has two entries.');
    expect(await refusal(database.db.insert(ledgerEntries).values([owed]))).toContain('do not sum to zero');
    expect(await refusal(database.db.insert(ledgerEntries).values([owed, earned]))).toContain('do not sum to zero');
  });

  test('the database itself refuses to change or remove an entry', async () => {
    await post(database.db, chargeEntries(await storedPayment()));
    expect(await refusal(database.db.update(ledgerEntries).set({ account: 'sales' }))).toContain('post a reversal');
    expect(await refusal(database.db.delete(ledgerEntries))).toContain('post a reversal');
    expect(await refusal(database.db.execute(sql`truncate ledger_entries`))).toContain('post a reversal');
  });
});
