import { randomUUID } from 'node:crypto';
import { type Payment, payment, Scope } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type PaymentServiceFixture, startPaymentService } from '../payment-service.fixture.js';
import { payments } from './payment.table.js';

describe.each(testDatabases())('on the $kind database', (kind) => {
  let service: PaymentServiceFixture;
  let made: Payment;

  beforeAll(async () => {
    service = await startPaymentService(kind);
    const body = { orderId: randomUUID(), amount: { amount: 300, currency: 'EUR' }, paymentMethod: 'pm_card_visa' };
    made = payment.parse((await service.chargeAs('alice', body)).body);
    return () => service.close();
  });

  async function read(id: string, subject: string, scopes?: Scope[]) {
    const headers = { authorization: `Bearer ${service.tokenOf(subject, scopes)}` };
    const response = await fetch(`${service.url}/payments/${id}`, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  test('gives a payer the own payment, as it was answered when it was made', async () => {
    expect(await read(made.id, 'alice')).toEqual({ status: 200, body: made });
  });

  test('needs payment.read', async () => {
    const { status, body } = await read(made.id, 'alice', [Scope.PaymentCreate]);
    expect([status, body.code]).toEqual([403, 'insufficient_scope']);
  });

  test('answers another’s payment, an unknown one and no id at all alike', async () => {
    const answers = [
      await read(made.id, 'mallory'),
      await read(randomUUID(), 'alice'),
      await read('1%27%20or%20true', 'alice'),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(404);
      expect({ ...body, instance: '' }).toEqual({ ...answers[0]?.body, instance: '' });
    }
  });

  test('does not show an intent that the gateway has not decided', async () => {
    const id = randomUUID();
    const owner = { issuer: service.issuer.url, subject: 'alice' };
    const intent = { id, orderId: randomUUID(), amount: 1, currency: 'EUR', paymentMethod: 'pm_card_visa' } as const;
    await service.db.insert(payments).values({ ...owner, ...intent });
    expect((await read(id, 'alice')).status).toBe(404);
  });

  test('keeps the people of two issuers apart who share a name', async () => {
    const owner = { issuer: 'https://elsewhere.example', subject: 'alice' };
    const id = randomUUID();
    const decided = { status: 'declined', declineReason: 'generic_decline', decidedAt: new Date() } as const;
    const intent = { id, orderId: randomUUID(), amount: 1, currency: 'EUR', paymentMethod: 'pm_card_visa' } as const;
    await service.db.insert(payments).values({ ...owner, ...intent, ...decided });
    expect((await read(id, 'alice')).status).toBe(404);
  });
});
