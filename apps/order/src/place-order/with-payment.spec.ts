import { createTestIssuer } from '@waybill/auth/testing';
import { Audience, order, payment, Scope } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type OrderServiceFixture, signatureKey, startOrderService } from '../order-service.fixture.js';
import { type PaymentProcess, startPaymentProcess } from '../payment-process.fixture.js';

const items = [
  { sku: 'BOOK-1', quantity: 2 },
  { sku: 'MUG-1', quantity: 1 },
];

describe.each(testDatabases())('with the real payment service, on the $kind database,', (kind) => {
  let service: OrderServiceFixture;
  let paymentProcess: PaymentProcess;

  beforeAll(async () => {
    const issuer = await createTestIssuer();
    const database = await kind.create();
    paymentProcess = await startPaymentProcess({
      TOKEN_ISSUER: issuer.url,
      SIGNATURE_KEYS: signatureKey,
      WAYBILL_DATA_DIR: database.folder,
      DATABASE_URL: database.url,
      REDIS_URL: inject('redisUrl') ?? undefined,
      LOG_LEVEL: 'warn',
    });
    service = await startOrderService(kind, { PAYMENT_URL: paymentProcess.url, PAYMENT_TIMEOUT_MS: '10000' }, issuer);
    return async () => {
      await service.close();
      await paymentProcess.stop();
      await issuer.close();
      await database.drop();
    };
  });

  test('an order is confirmed, and its payment is the caller’s own', async () => {
    const answer = await service.place({ items, paymentMethod: 'pm_card_visa' });
    expect(answer.status).toBe(201);
    const placed = order.parse(answer.body);
    const headers = { authorization: `Bearer ${service.tokenOf({})}` };
    const response = await fetch(`${paymentProcess.url}/payments/${placed.payment?.id}`, { headers });
    expect(payment.parse(await response.json())).toMatchObject({ orderId: placed.id, amount: placed.total });
  });

  test('a declined order is cancelled, and says why', async () => {
    const answer = await service.place({ items, paymentMethod: 'pm_card_chargeDeclined' });
    expect(answer).toMatchObject({ status: 402, body: { declineReason: 'generic_decline' } });
    const cancelled = await service.get(`/orders/${answer.body.orderId}`);
    expect(cancelled.body).toMatchObject({ status: 'cancelled', payment: { status: 'declined' } });
  });

  test('orders that are placed at once are all confirmed, each with a payment of its own', async () => {
    const bodies = Array.from({ length: 20 }, () => ({ items, paymentMethod: 'pm_card_mastercard' }));
    const answers = await Promise.all(bodies.map((body, index) => service.place(body, { subject: `buyer-${index}` })));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(new Set(answers.map(({ body }) => order.parse(body).payment?.id)).size).toBe(20);
  });

  test('who has all scopes still cannot pay around the order service', async () => {
    const token = service.tokenOf({ scopes: Object.values(Scope), audience: [Audience.Payment] });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${paymentProcess.url}/payments`, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'signature_invalid' });
  });
});
