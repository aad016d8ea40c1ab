import { randomUUID } from 'node:crypto';
import { testDatabases } from '@waybill/database/testing';
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { openPaymentDatabase, type PaymentDatabaseFixture } from '../payment-database.fixture.js';
import { SandboxGateway } from './sandbox.gateway.js';
import { sandboxCharges } from './sandbox-charge.table.js';

function requestOf(paymentMethod: string) {
  return { idempotencyKey: randomUUID(), amount: 300, currency: 'EUR', paymentMethod } as const;
}

describe.each(testDatabases())('on the $kind database', (kind) => {
  let database: PaymentDatabaseFixture;
  let gateway: SandboxGateway;

  beforeAll(async () => {
    database = await openPaymentDatabase(kind);
    gateway = new SandboxGateway(database.db);
    return () => database.close();
  });

  test.each(['pm_card_visa', 'pm_card_mastercard'])('charges %s', async (method) => {
    expect(await gateway.charge(requestOf(method))).toMatchObject({ status: 'succeeded' });
  });

  test.each([
    ['pm_card_chargeDeclined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_of_nobody', 'unknown_payment_method'],
    ['pm_constructor', 'unknown_payment_method'],
  ])('declines %s: %s', async (method, reason) => {
    expect(await gateway.charge(requestOf(method))).toEqual({ status: 'declined', reason });
  });

  test('gives a key its first outcome again, also when it is asked twice at once', async () => {
    const request = requestOf('pm_card_visa');
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => gateway.charge(request)));
    outcomes.push(await gateway.charge(request));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    const ofKey = eq(sandboxCharges.idempotencyKey, request.idempotencyKey);
    expect(await database.db.select().from(sandboxCharges).where(ofKey)).toHaveLength(1);
  });

  test('refuses a key that was decided for something else', async () => {
    const request = requestOf('pm_card_visa');
    await gateway.charge(request);
    await expect(gateway.charge({ ...request, amount: 301 })).rejects.toThrow(/another amount or method/);
  });

  async function charged(paymentMethod: string) {
    const outcome = await gateway.charge(requestOf(paymentMethod));
    if (outcome.status !== 'succeeded') throw new Error(`${paymentMethod} is charged.`);
    return (amount: number, idempotencyKey: string = randomUUID()) =>
      gateway.refund({ idempotencyKey, chargeReference: outcome.reference, amount, currency: 'EUR' });
  }

  test('gives back up to what it charged, and declines more', async () => {
    const refund = await charged('pm_card_visa');
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => refund(100)));
    expect(outcomes.filter(({ status }) => status === 'succeeded')).toHaveLength(3);
    expect(await refund(1)).toEqual({ status: 'declined', reason: 'amount_too_large' });
  });

  test('declines to refund pm_card_refundFail', async () => {
    const refund = await charged('pm_card_refundFail');
    expect(await refund(300)).toEqual({ status: 'declined', reason: 'expired_or_canceled_card' });
  });

  test('gives a refund’s key its first outcome again, and refuses it for something else', async () => {
    const refund = await charged('pm_card_visa');
    const key = randomUUID();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => refund(200, key)));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect((await refund(100)).status).toBe('succeeded');
    await expect(refund(201, key)).rejects.toThrow(/another charge or amount/);
  });
});
