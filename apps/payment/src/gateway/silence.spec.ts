import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { testDatabases } from '@waybill/database/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { claims } from '../claim/claim.table.js';
import { payments } from '../payment/payment.table.js';
import { type PaymentServiceFixture, startPaymentService } from '../payment-service.fixture.js';
import { type GatewayOutcome, PaymentGateway } from './payment-gateway.js';
import { TimedGateway } from './timed-gateway.js';

const never = () => new Promise<never>(() => {});

/** A provider that takes every request and answers none. */
@Injectable()
class SilentGateway extends PaymentGateway {
  override charge(): Promise<GatewayOutcome> {
    return never();
  }

  override refund(): Promise<GatewayOutcome> {
    return never();
  }
}

const silent = { provide: PaymentGateway, useClass: SilentGateway };

function bodyFor(orderId: string) {
  return { orderId, amount: { amount: 300, currency: 'EUR' }, paymentMethod: 'pm_card_visa' };
}

describe.each(testDatabases())('on the $kind database', (kind) => {
  async function running(differences: Parameters<typeof startPaymentService>[1]): Promise<PaymentServiceFixture> {
    return startPaymentService(kind, differences);
  }

  describe('while the gateway is silent', () => {
    let service: PaymentServiceFixture;

    beforeAll(async () => {
      service = await running({ environment: { GATEWAY_TIMEOUT_MS: '4000' }, providers: [silent] });
      return () => service.close();
    });

    test('requests that wait for it hold nothing that others need, and end in time, undecided', async () => {
      let waiting = true;
      const charges = Promise.all(
        Array.from({ length: 32 }, () => service.chargeAs('alice', bodyFor(randomUUID()))),
      ).finally(() => {
        waiting = false;
      });
      await expect.poll(() => service.db.select().from(payments), { timeout: 15_000 }).toHaveLength(32);
      const read = await service.send(`/payments/${randomUUID()}`, {}, ['payment.read']);
      expect([read.status, waiting]).toEqual([404, true]);
      for (const answer of await charges) {
        expect(answer).toMatchObject({ status: 503, body: { code: 'gateway_undecided' } });
        expect(answer.headers).toHaveProperty('retry-after');
      }
    });

    test('a fence decides nothing', async () => {
      const intent = { id: randomUUID(), orderId: randomUUID(), issuer: service.issuer.url, subject: 'alice' };
      const pending = { ...intent, amount: 300, currency: 'EUR', paymentMethod: 'pm_card_visa' } as const;
      await service.db.insert(payments).values(pending);
      const answer = await service.fence('PUT', `by-order/${intent.orderId}`);
      expect(answer).toMatchObject({ status: 503, body: { code: 'gateway_undecided' } });
      expect((await service.fence('GET', `by-order/${intent.orderId}`)).status).toBe(404);
    });
  });

  test('where the caller waits no longer, nothing is begun', async () => {
    const timing = { timeoutMs: 1500, remainingMs: () => 0, sleep: never };
    const service = await running({
      providers: [{ provide: TimedGateway, useValue: new TimedGateway(new SilentGateway(), timing) }],
    });
    try {
      const orderId = randomUUID();
      for (const answer of [
        await service.chargeAs('alice', bodyFor(orderId)),
        await service.refund(randomUUID(), randomUUID(), 1),
        await service.fence('PUT', `by-order/${orderId}`),
        await service.fence('PUT', `by-refund/${randomUUID()}`),
      ]) {
        expect(answer).toMatchObject({ status: 503, body: { code: 'no_time_left' } });
        expect(answer.headers).toHaveProperty('retry-after');
      }
      expect(await service.db.select().from(claims)).toEqual([]);
    } finally {
      await service.close();
    }
  });
});
