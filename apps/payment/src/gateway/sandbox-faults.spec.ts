import { randomUUID } from 'node:crypto';
import { testDatabases } from '@waybill/database/testing';
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { paymentConfig } from '../config.js';
import { openPaymentDatabase, type PaymentDatabaseFixture } from '../payment-database.fixture.js';
import { GatewayOutcomeUnknown } from './payment-gateway.js';
import { SandboxGateway } from './sandbox.gateway.js';
import { sandboxCharges } from './sandbox-charge.table.js';
import { type SandboxFault, SandboxFaults } from './sandbox-faults.js';

const lateMs = 50;

function always(fault: SandboxFault): SandboxFaults {
  return new SandboxFaults([[fault, 1]], lateMs);
}

describe.each(testDatabases())('on the $kind database', (kind) => {
  let database: PaymentDatabaseFixture;

  beforeAll(async () => {
    database = await openPaymentDatabase(kind);
    return () => database.close();
  });

  const requestOf = (paymentMethod: string) =>
    ({ idempotencyKey: randomUUID(), amount: 300, currency: 'EUR', paymentMethod }) as const;

  const movedFor = async ({ idempotencyKey }: { idempotencyKey: string }) =>
    (await database.db.select().from(sandboxCharges).where(eq(sandboxCharges.idempotencyKey, idempotencyKey))).length;

  test('an unavailable gateway moves nothing', async () => {
    const request = requestOf('pm_card_visa');
    const gateway = new SandboxGateway(database.db, always('unavailable'));
    await expect(gateway.charge(request)).rejects.toThrow(GatewayOutcomeUnknown);
    expect(await movedFor(request)).toBe(0);
  });

  test('a gateway whose answer is lost has moved the money', async () => {
    const request = requestOf('pm_card_visa');
    const gateway = new SandboxGateway(database.db, always('lost-answer'));
    await expect(gateway.charge(request)).rejects.toThrow(GatewayOutcomeUnknown);
    expect(await movedFor(request)).toBe(1);
  });

  test('a slow gateway moves the money when nobody waits any more', async () => {
    const request = requestOf('pm_card_visa');
    const answer = new SandboxGateway(database.db, always('slow')).charge(request);
    expect(await movedFor(request)).toBe(0);
    expect(await answer).toMatchObject({ status: 'succeeded' });
    expect(await movedFor(request)).toBe(1);
  });

  test('a test method loses the first answer alone, and in production none', async () => {
    const request = requestOf('pm_card_answerLost');
    const gateway = new SandboxGateway(database.db, new SandboxFaults([], lateMs));
    await expect(gateway.charge(request)).rejects.toThrow(GatewayOutcomeUnknown);
    expect(await gateway.charge(request)).toMatchObject({ status: 'succeeded' });
    const production = new SandboxGateway(database.db);
    expect(await production.charge(requestOf('pm_card_answerLost'))).toMatchObject({ status: 'succeeded' });
  });

  test('a refund’s answer is lost by the method that was charged', async () => {
    const gateway = new SandboxGateway(database.db, new SandboxFaults([], lateMs));
    const charge = await gateway.charge(requestOf('pm_card_refundAnswerLost'));
    if (charge.status !== 'succeeded') throw new Error('the method is charged');
    const chargeReference = charge.reference;
    const request = { idempotencyKey: randomUUID(), chargeReference, amount: 1, currency: 'EUR' } as const;
    await expect(gateway.refund(request)).rejects.toThrow(GatewayOutcomeUnknown);
    expect(await gateway.refund(request)).toMatchObject({ status: 'succeeded' });
  });
});

describe('SANDBOX_GATEWAY_FAULTS', () => {
  const read = (SANDBOX_GATEWAY_FAULTS?: string) => paymentConfig({ SANDBOX_GATEWAY_FAULTS }).sandboxGatewayFaults;

  test('lists faults with their probabilities', () => {
    expect(read('slow:0.02, lost-answer:.5,unavailable:1')).toEqual([
      ['slow', 0.02],
      ['lost-answer', 0.5],
      ['unavailable', 1],
    ]);
    expect(read()).toEqual([]);
  });

  test.each(['slow', 'slow:2', 'asleep:0.1', 'slow:0.1;unavailable:0.1'])('refuses %s', (text) => {
    expect(() => read(text)).toThrow(/SANDBOX_GATEWAY_FAULTS: must be a comma-separated list of faults/);
  });

  test('is refused in production', () => {
    const production = { NODE_ENV: 'production', SANDBOX_GATEWAY_FAULTS: 'slow:0.1' };
    expect(() => paymentConfig(production)).toThrow(/SANDBOX_GATEWAY_FAULTS: must not be set in production/);
  });
});
