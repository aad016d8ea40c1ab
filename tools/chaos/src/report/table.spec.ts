import { expect, test } from 'vitest';
import { countLines, namesIn, table, tally } from './table.js';

test('writes a table with a column for each run', () => {
  const counts = [tally(['b', 'a', 'b']), tally(['c'])];
  expect(table(['what', 'embedded', 'postgres'], countLines(namesIn(counts), counts))).toBe(
    ['| what | embedded | postgres |', '| --- | ---: | ---: |', '| a | 1 | 0 |', '| b | 2 | 0 |', '| c | 0 | 1 |'].join(
      '\n',
    ),
  );
});

test('groups large numbers', () => {
  expect(table(['what', 'run'], [['orders', 10_000]])).toContain('| orders | 10,000 |');
});
