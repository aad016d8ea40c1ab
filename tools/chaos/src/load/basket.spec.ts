import { expect, test } from 'vitest';
import { basketCount, basketNumber, basketOf, priceOf } from './basket.js';

test.each([0, 1, 99, 100, 12_345, basketCount - 1])('basket %i can be told from every other', (number) => {
  const { items } = basketOf(number, 'pm_card_visa');
  expect(basketNumber(items)).toBe(number);
  expect(items.every(({ quantity }) => quantity >= 1 && quantity <= 100)).toBe(true);
});

test('lines that no basket has are no basket', () => {
  const { items } = basketOf(7, 'pm_card_visa');
  expect(basketNumber(items.slice(1))).toBeUndefined();
  expect(basketNumber([...items.slice(1), { sku: 'BOOK-2', quantity: 1 }])).toBeUndefined();
});

test('knows what a basket costs', () => {
  expect(priceOf({ items: [{ sku: 'BOOK-1', quantity: 2 }] })).toBe(3998);
});
