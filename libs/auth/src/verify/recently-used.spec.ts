import { expect, test } from 'vitest';
import { RecentlyUsed } from './recently-used.js';

test.each([1, 2, 3, 10, 101])(
  'never more than %i are kept, and the one that is used all the time is among them',
  (capacity) => {
    const recent = new RecentlyUsed<number>(capacity);
    recent.set('always', 0);
    for (let n = 1; n <= 1000; n += 1) {
      if (capacity > 2) expect(recent.get('always')).toBe(0);
      recent.set(`once ${n}`, n);
      expect(recent.get(`once ${n}`)).toBe(n);
      expect(recent.size).toBeLessThanOrEqual(capacity);
    }
    expect(recent.get('once 1')).toBeUndefined();
  },
);

test('with a capacity of 0 nothing is kept', () => {
  const recent = new RecentlyUsed<number>(0);
  recent.set('a', 1);
  expect([recent.get('a'), recent.size]).toEqual([undefined, 0]);
});

test('what is replaced or deleted is so in both generations', () => {
  const recent = new RecentlyUsed<number>(4);
  for (const key of ['a', 'b', 'c']) recent.set(key, 1);
  recent.set('a', 2);
  expect(recent.get('a')).toBe(2);
  for (const key of ['a', 'b', 'c']) recent.delete(key);
  expect(recent.size).toBe(0);
});

test('nothing that is kept is printed', () => {
  const recent = new RecentlyUsed<string>(2);
  recent.set('key', 'secret');
  expect(JSON.stringify(recent)).not.toContain('secret');
});
