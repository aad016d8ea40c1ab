import { randomUUID } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import type { HopAnswer, HopRequest } from '@waybill/auth';
import { createTestIssuer, type TestIssuer } from '@waybill/auth/testing';
import { Audience, chargeFence, Scope } from '@waybill/contracts';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { paymentConfig } from '../config.js';
import { startOrderStandIn } from '../order-stand-in.fixture.js';
import { freePort, type PaymentProcess, startPaymentProcess } from '../payment-process.fixture.js';

const SIGNATURE_KEYS = 'order/k1:a-secret-of-thirty-two-bytes-or-more';
const scopes = [Scope.PaymentCreate, Scope.PaymentRefund, Scope.PaymentSettle];
const amount = { amount: 1000, currency: 'EUR' };

describe.each(testDatabases())('on the $kind database, a process that dies', { timeout: 60_000 }, (kind) => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let order: INestApplication;
  let port: number;

  beforeAll(async () => {
    [issuer, database, port] = await Promise.all([createTestIssuer(), kind.create(), freePort()]);
    const { signatureKeys } = paymentConfig({ SIGNATURE_KEYS });
    order = await startOrderStandIn({ issuer: issuer.url, paymentUrl: `http://127.0.0.1:${port}`, signatureKeys });
    return async () => {
      await Promise.all([order.close(), issuer.close()]);
      await database.drop();
    };
  });

  function start(crashPoint = ''): Promise<PaymentProcess> {
    return startPaymentProcess(port, {
      TOKEN_ISSUER: issuer.url,
      SIGNATURE_KEYS,
      WAYBILL_DATA_DIR: database.folder,
      DATABASE_URL: database.url,
      CRASH_POINT: crashPoint,
      LOG_LEVEL: 'fatal',
    });
  }

  /** What payment answers; a status of 500 or more where it does not. */
  async function relay(request: HopRequest): Promise<{ status: number; body: unknown }> {
    const token = issuer.token({ subject: 'alice', scopes, audience: [Audience.Order, Audience.Payment] });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(await order.getUrl(), { method: 'POST', headers, body: JSON.stringify(request) });
    const body = (await response.json()) as HopAnswer;
    return response.ok ? body : { status: response.status, body };
  }

  const charge = (orderId: string) =>
    relay({ method: 'POST', path: '/payments', body: { orderId, amount, paymentMethod: 'pm_card_visa' } });
  const refund = (paymentId: string, refundId: string) =>
    relay({ method: 'POST', path: `/payments/${paymentId}/refunds`, body: { refundId, amount } });
  const fence = (of: string) => relay({ method: 'PUT', path: `/payments/${of}/fence`, body: {} });

  /** Has a process die at a point while it is asked something, and starts another. */
  async function dieAt(crashPoint: string, ask: () => Promise<{ status: number }>): Promise<PaymentProcess> {
    const mortal = await start(crashPoint);
    const [answer, signal] = await Promise.all([ask(), mortal.ended]);
    expect(signal).toBe('SIGKILL');
    expect(answer.status).toBeGreaterThanOrEqual(500);
    return start();
  }

  test.each(['payment.intent-stored', 'payment.gateway-answered', 'payment.decided'])(
    'at %s leaves a charge that the fence brings to its end',
    async (crashPoint) => {
      const orderId = randomUUID();
      const next = await dieAt(crashPoint, () => charge(orderId));
      expect(await fence(`by-order/${orderId}`)).toMatchObject({ status: 200, body: { outcome: 'charged' } });
      expect((await charge(orderId)).status).toBe(201);
      await next.stop();
    },
  );

  test('at payment.fenced has fenced the order', async () => {
    const orderId = randomUUID();
    const next = await dieAt('payment.fenced', () => fence(`by-order/${orderId}`));
    expect(await charge(orderId)).toMatchObject({ status: 409, body: { code: 'order_fenced' } });
    expect(await fence(`by-order/${orderId}`)).toMatchObject({ status: 200, body: { outcome: 'not_charged' } });
    await next.stop();
  });

  test.each(['payment.refund-intent-stored', 'payment.refund-gateway-answered', 'payment.refund-decided'])(
    'at %s leaves a refund that the fence brings to its end',
    async (crashPoint) => {
      const [orderId, refundId] = [randomUUID(), randomUUID()];
      const first = await start();
      await charge(orderId);
      const paymentId = chargeFence.parse((await fence(`by-order/${orderId}`)).body).payment?.id ?? '';
      await first.stop();
      const next = await dieAt(crashPoint, () => refund(paymentId, refundId));
      expect(await fence(`by-refund/${refundId}`)).toMatchObject({ status: 200, body: { outcome: 'refunded' } });
      expect(await fence(`by-order/${orderId}`)).toMatchObject({ body: { payment: { status: 'refunded' } } });
      await next.stop();
    },
  );
});
