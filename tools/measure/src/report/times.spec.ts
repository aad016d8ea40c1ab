import { expect, test } from 'vitest';
import { timesTable } from './times.js';

test('lists median, 99th percentile and most of each way at each guard', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  const times = new Map([
    [
      'sign-out',
      new Map([
        ['order', hundred],
        ['payment', [7.4]],
      ]),
    ],
    ['key', new Map([['order', [12]]])],
  ]);
  expect(timesTable(times)).toEqual([
    'median / p99 / most, ms          order    payment',
    'sign-out                 50 / 99 / 100  7 / 7 / 7',
    'key                       12 / 12 / 12          –',
  ]);
});
