import { expect, test } from 'vitest';
import { differences } from './judge.js';
import { placeAnOrder } from './place-an-order.js';

const request = { method: 'POST', path: '/place-order', status: 403, durationMs: 1 };
const hops = [{ service: 'order' as const, request }];
const answer = {
  status: 403,
  challenge: 'Bearer realm="order.service", error="insufficient_scope", scope="order.write payment.create"',
  body: { code: 'insufficient_scope', scope: 'order.write payment.create' },
};
const expected = placeAnOrder.find(({ title }) => title.startsWith('carol'))?.expects;
if (!expected) throw new Error('the story has no carol');

test('finds nothing in the expected answer', () => {
  expect(differences(answer, hops, expected)).toEqual([]);
});

test.each([
  ['another status', { ...answer, status: 500 }, hops, 'status is 500, expected 403'],
  ['a missing challenge', { ...answer, challenge: null }, hops, 'challenge is absent, expected Bearer error='],
  [
    'a scope that is not named',
    { ...answer, body: { ...answer.body, scope: 'order.write' } },
    hops,
    'scope is "order.write"',
  ],
  [
    'a call that should not have been made',
    answer,
    [...hops, { service: 'payment' as const, request }],
    'asked were order, payment',
  ],
])('finds %s', (_, given, made, difference) => {
  expect(differences(given, made, expected)).toEqual([expect.stringContaining(difference)]);
});
