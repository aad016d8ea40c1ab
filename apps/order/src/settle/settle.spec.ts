import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChargeFence } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type OrderServiceFixture, startOrderService } from '../order-service.fixture.js';
import {
  answers,
  type Behaviour,
  charges,
  fencedUncharged,
  type PaymentStandIn,
  paymentOf,
  startPaymentStandIn,
} from '../payment-stand-in.fixture.js';

const pen = { items: [{ sku: 'PEN-1', quantity: 1 }], paymentMethod: 'pm_card_visa' };
const charged = { ...pen, paymentMethod: 'pm_card_mastercard' };
const amount = { amount: 300, currency: 'EUR' } as const;

describe.concurrent.each(testDatabases())(
  'on the $kind database, an order that is pending',
  { timeout: 60_000 },
  (kind) => {
    let payment: PaymentStandIn;
    let service: OrderServiceFixture;
    /** How the fences of an order are answered; any other order's is not decided. */
    const fenceOf = new Map<string, Behaviour<{ id: string }>>();

    beforeAll(async () => {
      payment = await startPaymentStandIn();
      payment.behave((response, charge) =>
        (charge.paymentMethod === charged.paymentMethod ? charges : answers(500, {}))(response, charge),
      );
      payment.behaveAtFences((response, asked) =>
        (fenceOf.get(asked.id) ?? answers(503, { code: 'gateway_undecided' }))(response, asked),
      );
      service = await startOrderService(kind, { PAYMENT_URL: payment.url, PAYMENT_TIMEOUT_MS: '1000' });
      return async () => {
        await service.close();
        await payment.close();
      };
    });

    const place = (key: string) => service.place(pen, {}, { 'idempotency-key': key });
    const orderOf = async (id: string) => (await service.get(`/orders/${id}`)).body;
    const fencesOf = (id: string) => payment.fences.filter(({ body }) => body.id === id);

    async function pendingOrder(key: string, fence: Behaviour<{ id: string }>): Promise<string> {
      const { status, body } = await place(key);
      expect(status).toBe(202);
      fenceOf.set(String(body.id), fence);
      return String(body.id);
    }

    async function whenDecided(id: string): Promise<Record<string, unknown>> {
      await vi.waitUntil(async () => (await orderOf(id)).status !== 'pending', { timeout: 45_000, interval: 200 });
      return orderOf(id);
    }

    const tells = (told: Partial<ChargeFence>): Behaviour<{ id: string }> => {
      return (response, { id: orderId }) => {
        const made = paymentOf({ orderId, amount, paymentMethod: pen.paymentMethod });
        answers(200, { orderId, outcome: 'charged', payment: made, declineReason: null, ...told })(response, undefined);
      };
    };

    test('is confirmed where it was charged; payment is asked by order itself, signed', async () => {
      const key = randomUUID();
      const id = await pendingOrder(key, tells({}));
      expect(await whenDecided(id)).toMatchObject({ status: 'confirmed', payment: { status: 'succeeded' } });
      const [asked] = fencesOf(id);
      expect(asked?.headers['signature-input']).toContain('keyid="order/k1"');
      const [, claims = ''] = asked?.headers.authorization?.split('.') ?? [];
      expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ sub: 'order' });
      expect(await place(key)).toMatchObject({ status: 201, body: { id } });
    });

    test('is cancelled where it was not charged, and its key says so for ever', async () => {
      const key = randomUUID();
      const id = await pendingOrder(key, fencedUncharged);
      expect(await whenDecided(id)).toMatchObject({ status: 'cancelled', payment: null });
      expect(await place(key)).toMatchObject({ status: 409, body: { code: 'order_cancelled', orderId: id } });
    });

    test('is cancelled as declined where the charge was declined', async () => {
      const key = randomUUID();
      const made = paymentOf({ orderId: randomUUID(), amount, paymentMethod: pen.paymentMethod });
      const declined = { ...made, status: 'declined' as const };
      const id = await pendingOrder(
        key,
        tells({ outcome: 'not_charged', payment: declined, declineReason: 'lost_card' }),
      );
      expect(await whenDecided(id)).toMatchObject({ status: 'cancelled', payment: { status: 'declined' } });
      expect(await place(key)).toMatchObject({ status: 402, body: { declineReason: 'lost_card' } });
    });

    test('is tried again until payment gives an answer that decides', async () => {
      const undecided = [answers(503, {}), answers(200, 'charged!'), tells({ orderId: randomUUID() })];
      const id = await pendingOrder(randomUUID(), (response, asked) =>
        (undecided.shift() ?? fencedUncharged)(response, asked),
      );
      expect(await whenDecided(id)).toMatchObject({ status: 'cancelled' });
      expect(fencesOf(id)).toHaveLength(4);
    });

    test('is left alone for five seconds, for its request may still be on the way', async () => {
      const id = await pendingOrder(randomUUID(), fencedUncharged);
      await sleep(3000);
      expect(fencesOf(id)).toEqual([]);
    });

    test('is settled without a word about orders that are decided', async () => {
      const { body: placed } = await service.place(charged);
      await whenDecided(await pendingOrder(randomUUID(), fencedUncharged));
      expect(await orderOf(String(placed.id))).toMatchObject({ status: 'confirmed' });
      expect(fencesOf(String(placed.id))).toEqual([]);
    });
  },
);
