import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { remainingMs, runUntil, withDeadline } from './deadline.js';

describe('a deadline', () => {
  test('is not there unless somebody set one', () => {
    expect(remainingMs()).toBeUndefined();
    expect(withDeadline(Number.POSITIVE_INFINITY, remainingMs)).toBeUndefined();
  });

  test('holds for what runs within it and all that it starts, and for nothing else', async () => {
    const within = withDeadline(60_000, async () => {
      await delay(1);
      return remainingMs();
    });
    expect(remainingMs()).toBeUndefined();
    expect(await within).toBeGreaterThan(0);
    expect(await within).toBeLessThan(60_000);
  });

  test('gets earlier and never later', () => {
    withDeadline(1000, () => {
      expect(withDeadline(10, remainingMs)).toBeLessThanOrEqual(10);
      for (const later of [60_000, Number.POSITIVE_INFINITY])
        expect(withDeadline(later, remainingMs)).toBeLessThanOrEqual(1000);
      expect(runUntil(Number.POSITIVE_INFINITY, remainingMs)).toBeLessThanOrEqual(1000);
      expect(remainingMs()).toBeGreaterThan(10);
    });
  });

  test.each([0, -1, Number.NEGATIVE_INFINITY])('that has passed leaves nothing: %d', (ms) => {
    expect(withDeadline(ms, remainingMs)).toBe(0);
  });

  test('keeps apart what runs at the same time', async () => {
    const lengths = Array.from({ length: 100 }, (_, n) => (n + 1) * 10_000);
    const left = await Promise.all(
      lengths.map((ms) => withDeadline(ms, () => delay(Math.random() * 10).then(remainingMs))),
    );
    left.forEach((ms, n) => {
      expect(ms).toBeGreaterThan((lengths[n] ?? 0) - 10_000);
      expect(ms).toBeLessThanOrEqual(lengths[n] ?? 0);
    });
  });

  test.each([Number.NaN, '10', undefined])('is not %s', (ms) => {
    expect(() => withDeadline(ms as number, () => undefined)).toThrow(TypeError);
  });
});
