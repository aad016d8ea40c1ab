import { expect, test } from 'vitest';
import type { ChaosRun } from '../chaos.js';
import type { Violation } from '../check/index.js';
import { summary } from './summary.js';

function runWith(violations: readonly Violation[]): ChaosRun {
  return { violations, history: { orders: 12 }, killer: { deaths: [1, 2] }, seconds: 9 } as unknown as ChaosRun;
}

test('says in one line that nothing was violated', () => {
  expect(summary(runWith([]))).toEqual(['12 orders, 2 kills in 9 s: 0 violations']);
});

test('says what is alike once, with the first order and how many', () => {
  const [a, b] = ['0197f3a0-0000-7000-8000-00000000000a', '0197f3a0-0000-7000-8000-00000000000b'];
  const run = runWith([
    { invariant: 'I2', orderId: a, says: `names the payment ${a}` },
    { invariant: 'I2', orderId: b, says: `names the payment ${b}` },
    { invariant: 'processes', says: 'order: exit code 1' },
  ]);
  expect(summary(run).slice(1)).toEqual([
    `2 × I2: order ${a} names the payment ${a}`,
    '1 × processes: order: exit code 1',
  ]);
});
