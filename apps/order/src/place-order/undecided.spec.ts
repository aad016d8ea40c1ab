import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { order } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type OrderServiceFixture, startOrderService } from '../order-service.fixture.js';
import {
  answers,
  type Behaviour,
  type PaymentStandIn,
  paymentOf,
  startPaymentStandIn,
} from '../payment-stand-in.fixture.js';

const body = { items: [{ sku: 'PEN-1', quantity: 1 }], paymentMethod: 'pm_card_visa' };

/** Announces a whole answer, and gives the first half of it. */
const cut: Behaviour = (response, charge) => {
  const whole = JSON.stringify(paymentOf(charge));
  response.writeHead(201, { 'content-type': 'application/json', 'content-length': whole.length });
  response.write(whole.slice(0, whole.length / 2), () => response.destroy());
};

/** Cuts an answer of no announced length. */
const cutChunked: Behaviour = (response, charge) => {
  response.writeHead(201, { 'content-type': 'application/json' });
  response.write(JSON.stringify(paymentOf(charge)), () => response.destroy());
};

const faults: [string, Behaviour][] = [
  ['is silent', () => undefined],
  ['stops in the middle of its answer', (response) => void response.writeHead(201).write('{')],
  ['hangs up without a word', (response) => response.destroy()],
  ['has its answer cut off', cut],
  ['has its chunked answer cut off after the last brace', cutChunked],
  ['answers 500', answers(500, { code: 'internal_error' })],
  ['is behind a proxy that answers 502 in HTML', (response) => response.writeHead(502).end('<h1>Bad Gateway</h1>')],
  ['answers 503', answers(503, { code: 'verdict_unavailable' })],
  ['answers 409', answers(409, { code: 'payment_mismatch' })],
  ['answers 200 where it should 201', (response, charge) => answers(200, paymentOf(charge))(response, charge)],
  ['answers 201 with garbage', (response) => response.writeHead(201).end('charged!')],
  ['answers 201 with nothing', (response) => response.writeHead(201).end()],
  [
    'answers 201 with another amount',
    (r, c) => answers(201, { ...paymentOf(c), amount: { amount: 1, currency: 'EUR' } })(r, c),
  ],
  ['answers 402 without saying which payment', answers(402, { status: 402, code: 'payment_declined' })],
  ['answers more than anybody reads', answers(201, 'x'.repeat(2 * 1024 * 1024))],
];

describe.each(testDatabases())('on the $kind database, an order is pending and 202 when payment', (kind) => {
  let payment: PaymentStandIn;
  let service: OrderServiceFixture;

  beforeAll(async () => {
    payment = await startPaymentStandIn();
    service = await startOrderService(kind, { PAYMENT_URL: payment.url, PAYMENT_TIMEOUT_MS: '400' });
    return async () => {
      await service.close();
      await payment.close();
    };
  });

  async function expectPending() {
    const answer = await service.place(body);
    expect(answer.status).toBe(202);
    const pending = order.parse(answer.body);
    expect(pending).toMatchObject({ status: 'pending', payment: null, total: { amount: 300, currency: 'EUR' } });
    expect(answer.headers.get('location')).toBe(`/orders/${pending.id}`);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect((await service.get(`/orders/${pending.id}`)).body).toEqual(answer.body);
  }

  test.each(faults)('%s', async (_, behaviour) => {
    payment.behave(behaviour);
    await expectPending();
  });

  test('redirects, and nobody gets the token', async () => {
    const tokens: unknown[] = [];
    const elsewhere = createServer((request, response) => {
      tokens.push(request.headers.authorization);
      response.end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void elsewhere.close());
    await once(elsewhere, 'listening');
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/payments`;
    payment.behave((response) => response.writeHead(307, { location }).end());
    await expectPending();
    expect(tokens).toEqual([]);
  });

  test('is not there', async () => {
    await payment.close();
    await expectPending();
    payment = await startPaymentStandIn();
  });
});
