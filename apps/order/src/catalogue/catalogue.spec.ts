import { catalogue } from '@waybill/contracts';
import { expect, test } from 'vitest';
import { articles } from './articles.js';

test('is what the contract says, and sells each article under a SKU of its own', () => {
  const { items } = catalogue.parse({ items: articles });
  expect(new Set(items.map(({ sku }) => sku)).size).toBe(items.length);
});

test.each([
  ['BOOK-1', 1999],
  ['MUG-1', 1250],
  ['PEN-1', 300],
])('sells %s for %i cents', (sku, unitPrice) => {
  expect(articles).toContainEqual(expect.objectContaining({ sku, unitPrice, currency: 'EUR' }));
});
