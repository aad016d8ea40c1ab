import { expect, test } from 'vitest';
import { Random } from './random.js';

const choices = (seed: number, name: string) => {
  const random = new Random(seed, name);
  return Array.from({ length: 20 }, () => random.int(0, 1_000_000));
};

test('chooses the same again for the same seed and name', () => {
  expect(choices(7, 'proxy')).toEqual(choices(7, 'proxy'));
});

test('chooses otherwise for another seed, and for another name', () => {
  expect(choices(8, 'proxy')).not.toEqual(choices(7, 'proxy'));
  expect(choices(7, 'kills')).not.toEqual(choices(7, 'proxy'));
});

test('picks each name about as often as its weight says', () => {
  const random = new Random(1, 'weights');
  const picked = Array.from({ length: 4_000 }, () => random.weighted({ often: 3, rarely: 1, never: 0 }));
  const share = picked.filter((name) => name === 'often').length / picked.length;
  expect(share).toBeGreaterThan(0.7);
  expect(share).toBeLessThan(0.8);
  expect(picked).not.toContain('never');
});

test('refuses to pick from nothing', () => {
  expect(() => new Random(1, 'nothing').pick([])).toThrow(RangeError);
});
