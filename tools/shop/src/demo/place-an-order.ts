import type { ServiceName } from '../services.js';
import type { Expectation, Scene } from './scene.js';
import { as, nobody } from './signed-in.js';

const books = (paymentMethod: string) => ({ items: [{ sku: 'BOOK-1', quantity: 2 }], paymentMethod });
const placeOrder = { service: 'order', method: 'POST', path: '/place-order', body: books('pm_card_visa') } as const;
const allScopes = 'order.write payment.create';
const lacksScope: Expectation = {
  hops: ['order'],
  status: 403,
  body: { code: 'insufficient_scope', scope: allScopes },
  challenge: `Bearer error="insufficient_scope", scope="${allScopes}"`,
};
const badToken = (at: ServiceName): Expectation => ({
  hops: [at],
  status: 401,
  body: { code: 'invalid_token' },
  challenge: 'Bearer error="invalid_token"',
});

/** Who may order, who may not, and how each is told: the scenes in the order in which they are played. */
export const placeAnOrder: readonly Scene[] = [
  {
    title: 'alice may shop: order stores the order, payment charges it on her authority.',
    carries: as('alice'),
    asks: placeOrder,
    expects: { hops: ['order', 'payment'], status: 201, body: { status: 'confirmed' } },
  },
  {
    title: 'bob may only look: order refuses him.',
    carries: as('bob'),
    asks: placeOrder,
    expects: lacksScope,
  },
  {
    title: 'carol may order but not pay: order refuses before anything is stored, and names payment.create.',
    carries: as('carol'),
    asks: placeOrder,
    expects: lacksScope,
  },
  {
    title: 'Somebody without a token is told how to come back, and no more.',
    carries: nobody,
    asks: placeOrder,
    expects: { hops: ['order'], status: 401, body: { code: 'credentials_missing' }, challenge: 'Bearer' },
  },
  {
    title: 'alice’s token, changed on its way: the signature no longer holds.',
    carries: as('alice', { tampered: true }),
    asks: placeOrder,
    expects: badToken('order'),
  },
  {
    title: 'alice asks for a token that cannot pay: it is not even addressed to payment, which refuses it.',
    carries: as('alice', { scope: 'order.read order.write' }),
    asks: { service: 'payment', method: 'GET', path: '/payments/0197f3a0-0000-7000-8000-000000000000' },
    expects: badToken('payment'),
  },
  {
    title: 'The same token at order: nothing is sent to payment that payment would refuse.',
    carries: as('alice', { scope: 'order.read order.write' }),
    asks: placeOrder,
    expects: lacksScope,
  },
  {
    title: 'alice goes around order: payment wants order’s signature besides her token.',
    carries: as('alice'),
    asks: {
      service: 'payment',
      method: 'POST',
      path: '/payments',
      body: {
        orderId: '0197f3a0-0000-7000-8000-000000000000',
        amount: { amount: 1, currency: 'EUR' },
        paymentMethod: 'pm_card_visa',
      },
    },
    expects: { hops: ['payment'], status: 401, body: { code: 'signature_invalid' }, challenge: 'Bearer' },
  },
  {
    title: 'alice’s card is declined: payment says so, and order cancels the order.',
    carries: as('alice'),
    asks: { ...placeOrder, body: books('pm_card_chargeDeclined') },
    expects: { hops: ['order', 'payment'], status: 402, body: { code: 'payment_declined' } },
  },
];
