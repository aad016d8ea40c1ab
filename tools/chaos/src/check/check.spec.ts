import { expect, test } from 'vitest';
import { check } from './check.js';
import type { Evidence } from './evidence.js';
import {
  attempt,
  type Changeable,
  orderSeen,
  orderWish,
  reading,
  reply,
  soundEvidence,
} from './sound-evidence.fixture.js';
import type { Invariant } from './violation.js';

type Run = Changeable<Evidence>;

test('finds nothing where all went well', () => {
  expect(check(soundEvidence())).toEqual([]);
});

/** The first of a list; a fixture without it is a defect of the test. */
function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new Error('The list is empty.');
  return one;
}

const wishOf = (run: Run, kind: 'order' | 'refund') =>
  first(run.attempts.filter(({ wish }) => wish.kind === kind)).wish;

/** Has the first wish of a kind asked for once more, late in the run. */
function askAgain(
  run: Run,
  kind: 'order' | 'refund',
  answer: ReturnType<typeof reply>,
  body: 'same' | 'other' = 'same',
) {
  run.attempts.push({ ...attempt(wishOf(run, kind), 60, answer), body } as Run['attempts'][number]);
}

/** Has an order asked for with a token so long after that was taken back, milliseconds. */
function trespass(run: Run, ms: number, answer: ReturnType<typeof reply>) {
  const tried = attempt(orderWish(3), 8, answer);
  run.attempts.push({ ...tried, takenBackAt: tried.sentAt - ms } as Run['attempts'][number]);
}

const broken: [what: string, invariant: Invariant, says: RegExp, breakIt: (run: Run) => void][] = [
  [
    'an order that the gateway charged twice',
    'I1',
    /charged 2 times/,
    ({ books }) => books.charges.push(first(books.charges)),
  ],
  [
    'an order with two payments',
    'I1',
    /has 2 payments/,
    ({ books }) => books.payments.push({ ...first(books.payments), id: 'second' }),
  ],
  [
    'a wish that made two orders',
    'I1',
    /made 2 orders/,
    ({ books }) => books.orders.push({ ...first(books.orders), id: 'second', status: 'cancelled' }),
  ],
  [
    'a charge without an order',
    'I1',
    /no such order/,
    ({ books }) => books.charges.push({ key: 'nobody', outcome: 'succeeded', amount: 1 }),
  ],
  [
    'an order that nobody wished for',
    'I1',
    /nobody asked/,
    ({ books }) => Object.assign(first(books.orders), { basket: 77 }),
  ],
  ['a confirmed order without a payment', 'I2', /its payment is missing/, ({ books }) => void books.payments.shift()],
  [
    'a confirmed order whose payment was declined',
    'I2',
    /its payment is declined/,
    ({ books }) => Object.assign(first(books.payments), { status: 'declined' }),
  ],
  [
    'a confirmed order with another payment',
    'I2',
    /names the payment other/,
    ({ books }) => Object.assign(first(books.orders), { paymentId: 'other' }),
  ],
  [
    'a payment of another amount',
    'I2',
    /its payment is 1$/,
    ({ books }) => Object.assign(first(books.payments), { amount: 1 }),
  ],
  [
    'a confirmed order that the gateway did not charge',
    'I2',
    /the gateway has nothing/,
    ({ books }) => void books.charges.shift(),
  ],
  [
    'a charge of another amount',
    'I2',
    /has charged 1$/,
    ({ books }) => Object.assign(first(books.charges), { amount: 1 }),
  ],
  [
    'a client who was told 402 and was charged',
    'I2',
    /told 402, and the gateway has charged/,
    ({ books }) => Object.assign(first(books.charges.slice(1)), { outcome: 'succeeded' }),
  ],
  [
    'a cancelled order that was charged',
    'I3',
    /the order is cancelled/,
    ({ books }) => Object.assign(first(books.orders), { status: 'cancelled' }),
  ],
  ['a charged order that is gone', 'I3', /the order is missing/, ({ books }) => void books.orders.shift()],
  [
    'an order that was confirmed too late',
    'I3',
    /later than 30 s/,
    (run) => Object.assign(first(run.books.orders), { decidedAt: run.healedAt + 30_001 }),
  ],
  [
    'a ledger that does not sum to zero',
    'I4',
    /as a whole sums to 1$/,
    ({ books }) => books.ledger.push({ paymentId: 'payment-paid', account: 'sales', amount: 1 }),
  ],
  [
    'entries of a payment that do not sum to zero',
    'I4',
    /entries of payment payment-paid sum to/,
    ({ books }) => Object.assign(first(books.ledger), { paymentId: 'payment-refused' }),
  ],
  [
    'entries of no payment',
    'I4',
    /does not exist/,
    ({ books }) => books.ledger.push({ paymentId: 'x', account: 'sales', amount: 1 }),
  ],
  [
    'a charge that the ledger does not know',
    'I4',
    /the ledger says 0 of the gateway/,
    ({ books }) => void books.ledger.splice(0),
  ],
  [
    'an answer that differs from the one before',
    'I5',
    /answered differently/,
    (run) => askAgain(run, 'order', reply(402, { code: 'payment_declined', orderId: 'paid' }, true)),
  ],
  [
    'an answer about another order',
    'I5',
    /with different orders/,
    (run) => askAgain(run, 'order', reply(202, orderSeen('other', 1, 'pending'))),
  ],
  [
    'a repetition that is not marked',
    'I5',
    /2 times as if for the first time/,
    (run) => askAgain(run, 'order', reply(201, orderSeen('paid', 1, 'confirmed'))),
  ],
  [
    'a decided order that is answered 202',
    'I5',
    /was decided, and then answered 202/,
    (run) => askAgain(run, 'order', reply(202, orderSeen('paid', 1, 'pending'))),
  ],
  [
    'a decided order that is answered as in flight',
    'I5',
    /was decided, and then answered 409/,
    (run) => askAgain(run, 'order', reply(409, { code: 'key_in_flight' })),
  ],
  [
    'another body under the same key that was sold',
    'I5',
    /with another body .* was answered 201/,
    (run) => askAgain(run, 'order', reply(201, orderSeen('paid', 1, 'confirmed'), true), 'other'),
  ],
  [
    'the same body that was taken for another',
    'I5',
    /with its own body was answered 422/,
    (run) => askAgain(run, 'order', reply(422, { code: 'key_reused' })),
  ],
  [
    'a refund that is answered in two ways',
    'I5',
    /refund with key refund-1 was answered differently/,
    (run) => askAgain(run, 'refund', reply(402, { code: 'refund_declined', refundId: 'back' }, true)),
  ],
  [
    'an acknowledged order that is gone',
    'I6',
    /told 201, and there is no such order/,
    ({ books }) => void books.orders.shift(),
  ],
  [
    'an accepted order that is gone',
    'I6',
    /told 202, and there is no such order/,
    ({ books }) => void books.orders.shift(),
  ],
  [
    'a confirmed order that is cancelled',
    'I6',
    /told 201, and the order is cancelled/,
    ({ books }) => Object.assign(first(books.orders), { status: 'cancelled' }),
  ],
  [
    'a declined order that is confirmed',
    'I6',
    /told 402, and the order is confirmed/,
    ({ books }) => Object.assign(first(books.orders.slice(1)), { status: 'confirmed' }),
  ],
  [
    'an order of another basket',
    'I6',
    /another basket/,
    ({ books }) => Object.assign(first(books.orders), { basket: 2 }),
  ],
  ['an order at another price', 'I6', /costs 1, not/, ({ books }) => Object.assign(first(books.orders), { total: 1 })],
  [
    'an order with another payment than was told',
    'I6',
    /told payment payment-paid, and it is other/,
    ({ books }) => Object.assign(first(books.orders), { paymentId: 'other' }),
  ],
  [
    'a right password that was refused',
    'I6',
    /auth answered 401/,
    ({ refusedSignIns }) => refusedSignIns.push('alice: auth answered 401'),
  ],
  [
    'an order that is seen pending after it was confirmed',
    'I6',
    /seen decided, and later pending/,
    ({ readings }) =>
      readings.push(
        reading('order', 'paid', 9, reply(200, orderSeen('paid', 1, 'pending'))) as Run['readings'][number],
      ),
  ],
  [
    'an order that is seen confirmed and cancelled',
    'I6',
    /in 2 ways/,
    ({ readings }) =>
      readings.push(
        reading('order', 'paid', 9, reply(200, orderSeen('paid', 1, 'cancelled'))) as Run['readings'][number],
      ),
  ],
  [
    'a told order that is not found',
    'I6',
    /order paid was told, and is not found/,
    ({ readings }) =>
      readings.push(reading('order', 'paid', 9, reply(404, { code: 'order_not_found' })) as Run['readings'][number]),
  ],
  [
    'a told order that is not on the page',
    'I6',
    /not on the page/,
    ({ readings }) =>
      readings.push(
        reading('orders', '?limit=50', 9, reply(200, { items: [], nextCursor: null })) as Run['readings'][number],
      ),
  ],
  [
    'an order that is pending',
    'pending',
    /^is pending$/,
    ({ books }) => Object.assign(first(books.orders), { status: 'pending' }),
  ],
  [
    'a payment that is pending',
    'pending',
    /its payment payment-refused is pending/,
    ({ books }) => Object.assign(first(books.payments.slice(1)), { status: 'pending' }),
  ],
  [
    'a refund that is pending',
    'pending',
    /its refund back is pending/,
    ({ books }) => Object.assign(first(books.orderRefunds), { status: 'pending' }),
  ],
  [
    'a refund that is pending at payment',
    'pending',
    /of payment payment-paid is pending/,
    ({ books }) => Object.assign(first(books.paymentRefunds), { status: 'pending' }),
  ],
  [
    'a question without a final answer',
    'pending',
    /order-3 still has no final answer/,
    ({ unsettled }) => unsettled.push(structuredClone(orderWish(3)) as Run['unsettled'][number]),
  ],
  [
    'more given back than was charged',
    'refunds',
    /was charged \d+, and \d+ given back/,
    ({ books }) => Object.assign(first(books.paymentRefunds), { amount: 1_000_000 }),
  ],
  [
    'money given back that was not charged',
    'refunds',
    /was not charged, and 100 given back/,
    ({ books }) => Object.assign(first(books.paymentRefunds), { of: 'payment-refused' }),
  ],
  [
    'a payment that does not show its refund',
    'refunds',
    /its payment is succeeded, not partially_refunded/,
    ({ books }) => Object.assign(first(books.payments), { status: 'succeeded' }),
  ],
  [
    'an order that does not show its refund',
    'refunds',
    /says that its payment is succeeded/,
    ({ books }) => Object.assign(first(books.orders), { paymentStatus: 'succeeded' }),
  ],
  [
    'a refund that the gateway did not make',
    'refunds',
    /100 by payment, 0 by the gateway/,
    ({ books }) => void books.gatewayRefunds.shift(),
  ],
  [
    'a refund of which order knows nothing',
    'refunds',
    /is none of order’s/,
    ({ books }) => void books.orderRefunds.shift(),
  ],
  [
    'an acknowledged refund that is gone',
    'refunds',
    /told 201, and is missing/,
    ({ books }) => void books.orderRefunds.shift(),
  ],
  [
    'a refund that was told to be declined and was made',
    'refunds',
    /told 402, and is succeeded/,
    (run) => askAgain(run, 'refund', reply(402, { code: 'refund_declined', refundId: 'back' }, true)),
  ],
  [
    'more refunds than were asked for',
    'refunds',
    /has 2 refunds, and 1 were asked for/,
    ({ books }) => books.orderRefunds.push({ ...first(books.orderRefunds), id: 'second', status: 'cancelled' }),
  ],
  ['a 500', 'answers', /was answered 500/, (run) => askAgain(run, 'order', reply(500, { code: 'internal_error' }))],
  [
    'a good token that was refused',
    'answers',
    /was answered 401/,
    (run) => askAgain(run, 'order', reply(401, { code: 'invalid_token' })),
  ],
  [
    'an order on authority that was taken back before',
    'I7',
    /answered 201 6001 ms after its token was taken back/,
    (run) => trespass(run, 6_001, reply(201, orderSeen('stolen', 3, 'confirmed'))),
  ],
  [
    'an order left pending on authority that was taken back before',
    'I7',
    /answered 202 \(pending\) 7000 ms/,
    (run) => trespass(run, 7_000, reply(202, orderSeen('stolen', 3, 'pending'))),
  ],
  [
    'an answer that is no JSON',
    'answers',
    /was answered 201/,
    (run) => askAgain(run, 'order', { status: 201, replayed: true, text: '<html>', body: undefined }),
  ],
  [
    'a reader who got a 500',
    'answers',
    /GET orders .* was answered 500/,
    ({ readings }) => readings.push(reading('orders', '?limit=50', 9, reply(500, {})) as Run['readings'][number]),
  ],
  ['a secret in a log', 'secrets', /order\.log:7/, ({ leaks }) => leaks.push('order.log:7')],
  ['a redirect that was followed', 'secrets', /redirect was followed/, ({ strays }) => strays.push('POST /payments')],
  [
    'a process that died by itself',
    'processes',
    /exit code 1/,
    ({ surprises }) => surprises.push('order: exit code 1'),
  ],
];

test.each(broken)('finds %s', (_, invariant, says, breakIt) => {
  const run = soundEvidence();
  breakIt(run);
  expect(check(run)).toContainEqual(expect.objectContaining({ invariant, says: expect.stringMatching(says) }));
});

const allowed: [what: string, change: (run: Run) => void][] = [
  [
    'no answer, and later',
    (run) =>
      run.attempts.push(
        attempt(wishOf(run, 'order'), 8, { lost: 'ECONNRESET' }) as Run['attempts'][number],
        attempt(wishOf(run, 'order'), 9, reply(503, { code: 'database_unavailable' })) as Run['attempts'][number],
      ),
  ],
  [
    'in flight while undecided',
    (run) =>
      run.attempts.unshift(
        attempt(wishOf(run, 'order'), 1.5, reply(409, { code: 'key_in_flight' })) as Run['attempts'][number],
      ),
  ],
  [
    'a token that was taken back and is refused, or cannot be judged',
    (run) => {
      trespass(run, 10, reply(401, { code: 'invalid_token' }));
      trespass(run, 60_000, reply(401, { code: 'invalid_token' }));
      trespass(run, 60_000, reply(503, { code: 'verdict_unavailable' }));
    },
  ],
  ['another body that is refused', (run) => askAgain(run, 'order', reply(422, { code: 'key_reused' }), 'other')],
  [
    'an order that was charged, cancelled and given back in full',
    ({ books, attempts, readings }) => {
      const [order, charge, payment] = [first(books.orders), first(books.charges), first(books.payments)];
      attempts.splice(0, 3);
      readings.splice(0);
      attempts.unshift(
        attempt(orderWish(1), 1, reply(202, orderSeen('paid', 1, 'pending'))) as Run['attempts'][number],
      );
      Object.assign(order, { status: 'cancelled', paymentStatus: 'refunded' });
      Object.assign(payment, { status: 'refunded' });
      for (const refund of [...books.orderRefunds, ...books.paymentRefunds, ...books.gatewayRefunds])
        refund.amount = charge.amount;
      for (const entry of books.ledger.slice(2)) entry.amount = Math.sign(entry.amount) * charge.amount;
    },
  ],
  [
    'an order on a later page',
    ({ readings }) =>
      readings.push(
        reading(
          'orders',
          '?limit=50',
          9,
          reply(200, {
            items: [{ ...orderSeen('paid', 1, 'confirmed'), createdAt: '2026-01-01T00:00:02.000Z' }],
            nextCursor: 'more',
          }),
        ) as Run['readings'][number],
      ),
  ],
];

test.each(allowed)('finds nothing in %s', (_, change) => {
  const run = soundEvidence();
  change(run);
  expect(check(run)).toEqual([]);
});
