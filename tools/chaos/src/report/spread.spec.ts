import { expect, test } from 'vitest';
import { inSeconds, spreadOf } from './spread.js';

test('knows the middle, the 95th of a hundred and the longest', () => {
  const times = Array.from({ length: 100 }, (_, n) => (100 - n) * 1000);
  expect(spreadOf(times)).toEqual({ count: 100, p50: 50_000, p95: 95_000, p99: 99_000, most: 100_000 });
  expect(inSeconds(spreadOf(times))).toBe('50.0 / 95.0 / 100.0 (100)');
});

test('one time is all of them, and none is none', () => {
  expect(spreadOf([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7, most: 7 });
  expect(inSeconds(spreadOf([]))).toBe('–');
});
