import type { ServiceName } from '../services.js';

/** One scene of the demo: somebody asks something of a service, and what the answer has to be. */
export interface Scene {
  title: string;
  /** The demo account whose token is sent; absent: no token. */
  who?: 'alice' | 'bob' | 'carol';
  /** What the sign-in asks for; absent: all that the account may do. */
  scope?: string;
  /** Changes the token on its way: one claim is raised, the signature is kept. */
  tampered?: boolean;
  asks: { service: ServiceName; method: string; path: string; body?: unknown };
  expects: Expectation;
}

/** What an answer has to have, and who has to have been asked for it. */
export interface Expectation {
  /** The services that answered, in the order of the calls. */
  hops: readonly ServiceName[];
  status: number;
  /** Members of the body. */
  body: Record<string, unknown>;
  /** The whole `WWW-Authenticate` field, without its realm. */
  challenge?: string;
}

const books = (paymentMethod: string) => ({ items: [{ sku: 'BOOK-1', quantity: 2 }], paymentMethod });
const placeOrder = { service: 'order', method: 'POST', path: '/place-order', body: books('pm_card_visa') } as const;
const allScopes = 'order.write payment.create';
const lacksScope: Expectation = {
  hops: ['order'],
  status: 403,
  body: { code: 'insufficient_scope', scope: allScopes },
  challenge: `error="insufficient_scope", scope="${allScopes}"`,
};
const badToken = (at: ServiceName): Expectation => ({
  hops: [at],
  status: 401,
  body: { code: 'invalid_token' },
  challenge: 'error="invalid_token"',
});

/** The scenes, in the order in which they are played. */
export const story: readonly Scene[] = [
  {
    title: 'alice may shop: order stores the order, payment charges it on her authority.',
    who: 'alice',
    asks: placeOrder,
    expects: { hops: ['order', 'payment'], status: 201, body: { status: 'confirmed' } },
  },
  {
    title: 'bob may only look: order refuses him.',
    who: 'bob',
    asks: placeOrder,
    expects: lacksScope,
  },
  {
    title: 'carol may order but not pay: order refuses before anything is stored, and names payment.create.',
    who: 'carol',
    asks: placeOrder,
    expects: lacksScope,
  },
  {
    title: 'Somebody without a token is told how to come back, and no more.',
    asks: placeOrder,
    expects: { hops: ['order'], status: 401, body: { code: 'credentials_missing' }, challenge: '' },
  },
  {
    title: 'alice’s token, changed on its way: the signature no longer holds.',
    who: 'alice',
    tampered: true,
    asks: placeOrder,
    expects: badToken('order'),
  },
  {
    title: 'alice asks for a token that cannot pay: it is not even addressed to payment, which refuses it.',
    who: 'alice',
    scope: 'order.read order.write',
    asks: { service: 'payment', method: 'GET', path: '/payments/0197f3a0-0000-7000-8000-000000000000' },
    expects: badToken('payment'),
  },
  {
    title: 'The same token at order: nothing is sent to payment that payment would refuse.',
    who: 'alice',
    scope: 'order.read order.write',
    asks: placeOrder,
    expects: lacksScope,
  },
  {
    title: 'alice goes around order: payment wants order’s signature besides her token.',
    who: 'alice',
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
    expects: { hops: ['payment'], status: 401, body: { code: 'signature_invalid' }, challenge: '' },
  },
  {
    title: 'alice’s card is declined: payment says so, and order cancels the order.',
    who: 'alice',
    asks: { ...placeOrder, body: books('pm_card_chargeDeclined') },
    expects: { hops: ['order', 'payment'], status: 402, body: { code: 'payment_declined' } },
  },
];
