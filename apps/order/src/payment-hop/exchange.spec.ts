import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestIssuer, type TestIssuer } from '@waybill/auth/testing';
import { Audience, Scope } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { count } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type OrderServiceFixture, orderClient, startOrderService } from '../order-service.fixture.js';
import { orders } from '../orders/order.table.js';
import {
  charges,
  type PaymentStandIn,
  type Received,
  refundsOf,
  startPaymentStandIn,
} from '../payment-stand-in.fixture.js';

const body = { items: [{ sku: 'BOOK-1', quantity: 1 }], paymentMethod: 'pm_card_visa' };

describe.each(testDatabases())('where tokens are exchanged for payment, on the $kind database,', (kind) => {
  let issuer: TestIssuer;
  let payment: PaymentStandIn;
  let service: OrderServiceFixture;

  beforeAll(async () => {
    issuer = await createTestIssuer({ clients: [orderClient] });
    payment = await startPaymentStandIn();
    const settings = { PAYMENT_URL: payment.url, PAYMENT_TIMEOUT_MS: '10000', PAYMENT_AUTHORITY: 'exchange' };
    service = await startOrderService(kind, settings, issuer);
    await untilReady(service);
    return async () => {
      await service.close();
      await payment.close();
      await issuer.close();
    };
  });

  beforeEach(() => {
    payment.behave(charges);
    payment.received.length = payment.refunds.length = 0;
  });

  const claimsOf = (received: Received<unknown> | undefined) => {
    const [, claims = ''] = received?.headers.authorization?.split('.') ?? [];
    return JSON.parse(Buffer.from(claims, 'base64url').toString());
  };
  const stored = async () => (await service.db.select({ orders: count() }).from(orders))[0]?.orders;

  test('an order is charged with a token for that alone, which order’s own key has to sign for', async () => {
    expect(await service.place(body)).toMatchObject({ status: 201, body: { status: 'confirmed' } });
    expect(claimsOf(payment.received[0])).toMatchObject({
      sub: 'alice',
      aud: [Audience.Payment],
      scope: Scope.PaymentCreate,
      client_id: 'order',
      act: { sub: 'order' },
      cnf: { kid: 'order/k1' },
    });
    expect(payment.received[0]?.headers['signature-input']).toContain('keyid="order/k1"');
  });

  test('a refund is made with a token for that alone', async () => {
    const { body: placed } = await service.place(body, { subject: 'buyer' });
    const { id = '' } = placed.payment as { id?: string };
    payment.behaveAtRefunds(refundsOf(id));
    expect((await service.refund(placed.id, {})).status).toBe(201);
    expect(claimsOf(payment.refunds[0])).toMatchObject({
      sub: 'dora',
      scope: Scope.PaymentRefund,
      act: { sub: 'order' },
    });
  });

  test('nothing is stored or sent where no token is to be had', async () => {
    const before = await stored();
    const away = await createTestIssuer();
    const settings = { PAYMENT_URL: payment.url, PAYMENT_AUTHORITY: 'exchange', SERVICE_TOKEN_URL: away.tokenUrl };
    const lonely = await startOrderService(kind, settings, issuer);
    await untilReady(lonely);
    const answer = await lonely.place(body);
    await away.close();
    const later = await lonely.place(body);
    for (const { status, headers, body: problem } of [answer, later]) {
      expect([status, headers.get('Retry-After')]).toEqual([503, '1']);
      expect(problem).toMatchObject({ code: 'authority_unavailable', hop: Audience.Payment });
    }
    expect((await lonely.db.select().from(orders)).length).toBe(0);
    expect([await stored(), payment.received.length]).toEqual([before, 0]);
    await lonely.close();
  });

  test('an order stays pending where the token is over and no other is to be had, and payment hears nothing', async () => {
    let exchanges = 0;
    const tokens = createServer(async (request, response) => {
      const form = new URLSearchParams((await request.toArray()).join(''));
      if (form.get('grant_type') === 'client_credentials') return void response.writeHead(503).end();
      if (++exchanges > 1) return void response.destroy();
      const answer = { access_token: 'short-lived', token_type: 'Bearer', expires_in: 0 };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void tokens.close());
    await once(tokens, 'listening');
    const tokenUrl = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`;
    const settings = { PAYMENT_URL: payment.url, PAYMENT_AUTHORITY: 'exchange', SERVICE_TOKEN_URL: tokenUrl };
    const lonely = await startOrderService(kind, settings, issuer);
    onTestFinished(() => lonely.close());
    await untilReady(lonely);
    expect(await lonely.place(body)).toMatchObject({ status: 202, body: { status: 'pending' } });
    expect([exchanges, payment.received.length]).toEqual([2, 0]);
  });

  test('what is decided is answered again with its key, though no token is to be had', async () => {
    const database = await kind.create();
    const storage = { create: async () => ({ ...database, drop: async () => undefined }), kind: kind.kind };
    const settings = { PAYMENT_URL: payment.url, PAYMENT_AUTHORITY: 'exchange' };
    const before = await startOrderService(storage, settings, issuer);
    await untilReady(before);
    const [order, refund] = [randomUUID(), randomUUID()].map((key) => ({ 'idempotency-key': key }));
    const placed = await before.place(body, {}, order);
    const { id = '' } = placed.body.payment as { id?: string };
    payment.behaveAtRefunds(refundsOf(id));
    const refunded = await before.refund(placed.body.id, {}, {}, refund);
    await before.close();
    const after = await startOrderService(storage, { ...settings, SERVICE_TOKEN_URL: 'http://127.0.0.1:9' }, issuer);
    onTestFinished(async () => {
      await after.close();
      await database.drop();
    });
    await untilReady(after);
    const again = [await after.place(body, {}, order), await after.refund(placed.body.id, {}, {}, refund)];
    expect(again.map(({ status, text }) => [status, text])).toEqual([
      [201, placed.text],
      [201, refunded.text],
    ]);
    expect((await after.place(body)).status).toBe(503);
  });

  test('a token is asked for once for all orders of one sign-in', async () => {
    const token = service.tokenOf({ subject: 'regular' });
    const before = issuer.tokenRequests;
    const place = () =>
      fetch(`${service.url}/place-order`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const answers = await Promise.all(Array.from({ length: 10 }, place));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(issuer.tokenRequests - before).toBe(1);
    expect(new Set(payment.received.map(({ headers }) => headers.authorization)).size).toBe(1);
  });
});

/** Until it has the issuer's keys. */
async function untilReady({ get }: OrderServiceFixture): Promise<void> {
  await vi.waitFor(async () => expect((await get('/orders')).status).toBe(200), 10_000);
}
