import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Charge, decide, decideByFence } from './decide.js';

const charge: Charge = { orderId: randomUUID(), amount: { amount: 3998, currency: 'EUR' } };
const paymentId = randomUUID();
const made = {
  id: paymentId,
  orderId: charge.orderId,
  status: 'succeeded',
  amount: charge.amount,
  refunded: { amount: 0, currency: 'EUR' },
  createdAt: '2026-11-23T12:00:00.000Z',
};
const refused = {
  type: 'urn:waybill:problem:payment_declined',
  status: 402,
  code: 'payment_declined',
  detail: 'The gateway declined the charge.',
  declineReason: 'insufficient_funds',
  paymentId,
  orderId: charge.orderId,
};

test('a whole 201 for this order and amount charges', () => {
  expect(decide(charge, { status: 201, body: made })).toEqual({ kind: 'charged', paymentId });
});

test('a whole 402 for this order declines', () => {
  expect(decide(charge, { status: 402, body: refused })).toEqual({
    kind: 'declined',
    paymentId,
    declineReason: 'insufficient_funds',
  });
});

test.each([
  ['another order', 201, { ...made, orderId: randomUUID() }],
  ['another amount', 201, { ...made, amount: { amount: 3997, currency: 'EUR' } }],
  ['another currency', 201, { ...made, amount: { amount: 3998, currency: 'USD' } }],
  ['a payment that is declined', 201, { ...made, status: 'declined' }],
  ['a payment without an id', 201, { ...made, id: undefined }],
  ['an amount that is a text', 201, { ...made, amount: { amount: '3998', currency: 'EUR' } }],
  ['no body', 201, undefined],
  ['a list', 201, [made]],
  ['a text', 201, 'ok'],
  ['a decline of another order', 402, { ...refused, orderId: randomUUID() }],
  ['a decline without a payment', 402, { ...refused, paymentId: undefined }],
  ['a decline under another code', 402, { ...refused, code: 'quota_exceeded' }],
  ['a decline without a body', 402, undefined],
])('%s decides nothing (%i)', (_, status, body) => {
  expect(decide(charge, { status, body }).kind).toBe('undecided');
});

test.each([200, 202, 204, 302, 400, 404, 409, 413, 422, 429, 500, 502, 503])(
  'a %i decides nothing, whatever its body says',
  (status) => {
    expect(decide(charge, { status, body: made }).kind).toBe('undecided');
    expect(decide(charge, { status, body: refused }).kind).toBe('undecided');
  },
);

test('an answer that was lost decides nothing, and says why', () => {
  expect(decide(charge, { lost: 'timeout' })).toEqual({ kind: 'undecided', reason: 'timeout' });
});

const fence = { orderId: charge.orderId, outcome: 'charged', payment: made, declineReason: null };
const uncharged = { ...fence, outcome: 'not_charged', payment: null };
const unpaid = { ...uncharged, payment: { ...made, status: 'declined' }, declineReason: 'lost_card' };

test.each([
  ['charged', fence, { kind: 'charged', paymentId }],
  [
    'charged and refunded since',
    { ...fence, payment: { ...made, status: 'refunded' } },
    { kind: 'charged', paymentId },
  ],
  ['not charged', uncharged, { kind: 'not_charged' }],
  ['declined', unpaid, { kind: 'declined', paymentId, declineReason: 'lost_card' }],
])('a fence that says %s decides', (_, body, decision) => {
  expect(decideByFence(charge, { status: 200, body })).toEqual(decision);
});

test.each([
  ['of another order', 200, { ...fence, orderId: randomUUID() }],
  ['without its payment', 200, { ...fence, payment: null }],
  ['with the payment of another order', 200, { ...fence, payment: { ...made, orderId: randomUUID() } }],
  ['with another amount', 200, { ...fence, payment: { ...made, amount: { amount: 1, currency: 'EUR' } } }],
  ['that says something else', 200, { ...fence, outcome: 'perhaps' }],
  ['without a body', 200, undefined],
  ['under another status', 201, uncharged],
  ['of a gateway that is undecided', 503, uncharged],
  ['that was refused', 409, uncharged],
])('a fence %s decides nothing', (_, status, body) => {
  expect(decideByFence(charge, { status, body }).kind).toBe('undecided');
});

test('a fence whose answer was lost decides nothing, and says why', () => {
  expect(decideByFence(charge, { lost: 'timeout' })).toEqual({ kind: 'undecided', reason: 'timeout' });
});
