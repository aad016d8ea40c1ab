import { randomUUID } from 'node:crypto';
import { ledgerBalance, payment } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { type PaymentServiceFixture, startPaymentService } from '../payment-service.fixture.js';

describe.each(testDatabases())('on the $kind database', (kind) => {
  let service: PaymentServiceFixture;

  beforeAll(async () => {
    service = await startPaymentService(kind);
    return () => service.close();
  });

  async function balance() {
    const { body } = await service.send('/ledger/balance', {}, ['ledger.read']);
    return ledgerBalance.strict().parse(body);
  }

  test('an empty ledger balances', async () => {
    expect(await balance()).toEqual({
      balanced: true,
      currency: 'EUR',
      sum: 0,
      accounts: { gateway: 0, sales: 0 },
      payments: 0,
      unbalanced: 0,
    });
  });

  test('charges and refunds balance', async () => {
    const amount = { amount: 1000, currency: 'EUR' };
    const charge = () => service.chargeAs('alice', { orderId: randomUUID(), amount, paymentMethod: 'pm_card_visa' });
    await charge();
    await service.refund(payment.parse((await charge()).body).id, randomUUID(), 300);
    const expected = { balanced: true, sum: 0, accounts: { gateway: 1700, sales: -1700 }, payments: 2, unbalanced: 0 };
    expect(await balance()).toMatchObject(expected);
  });

  test('says so where two payments are out of balance, though all of them together sum to zero', async () => {
    await service.db.execute(sql`ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_balance`);
    await service.db.execute(sql`
      INSERT INTO ledger_entries (payment_id, account, amount, currency)
      SELECT id, 'sales', CASE WHEN refunded = 0 THEN 5 ELSE -5 END, 'EUR' FROM payments`);
    expect(await balance()).toMatchObject({ balanced: false, sum: 0, payments: 2, unbalanced: 2 });
  });

  test('needs ledger.read', async () => {
    const answer = await service.send('/ledger/balance', {}, ['payment.read']);
    expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
  });
});
