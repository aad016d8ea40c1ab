import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { testDatabases } from '@waybill/database/testing';
import { expect, onTestFinished, test } from 'vitest';
import { startPaymentService } from '../payment-service.fixture.js';

Logger.overrideLogger(false);

test('a service starts without its Redis, and answers 503 where it would need it', async () => {
  const kind = testDatabases().at(-1);
  if (kind === undefined) throw new Error('The embedded database is always there.');
  const service = await startPaymentService(kind, { environment: { REDIS_URL: 'redis://127.0.0.1:1' } });
  onTestFinished(() => service.close());
  const body = { orderId: randomUUID(), amount: { amount: 300, currency: 'EUR' }, paymentMethod: 'pm_card_visa' };
  expect(await service.chargeAs('alice', body)).toMatchObject({ status: 503, body: { code: 'verdict_unavailable' } });
});
