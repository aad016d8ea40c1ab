import { expect, test } from 'vitest';
import { draftOrder } from './draft-order.js';

const line = { sku: 'BOOK-1', quantity: 2 };
const body = { items: [line], paymentMethod: 'pm_card_visa' };

/** The paths at which a body breaks a rule, each once. */
function issuesOf(value: unknown): string[] {
  const issues = draftOrder.safeParse(value).error?.issues ?? [];
  return [...new Set(issues.map(({ path }) => path.join('.')))];
}

test('prices each line and sums them up', () => {
  const draft = draftOrder.parse({ ...body, items: [line, { sku: 'PEN-1', quantity: 100 }, line] });
  expect(draft.items.map(({ unitPrice }) => unitPrice)).toEqual([1999, 300, 1999]);
  expect(draft.total).toEqual({ amount: 2 * 1999 + 100 * 300 + 2 * 1999, currency: 'EUR' });
});

test('names every line that asks for an article that is not sold', () => {
  const items = [line, { sku: 'BOOK-9', quantity: 1 }, { sku: 'TOSTRING', quantity: 1 }];
  const issues = draftOrder.safeParse({ ...body, items }).error?.issues;
  expect(issues).toMatchObject([
    { path: ['items', 1, 'sku'], message: 'line 2: BOOK-9 is not in the catalogue' },
    { path: ['items', 2, 'sku'], message: 'line 3: TOSTRING is not in the catalogue' },
  ]);
});

test.each([
  ['no quantity', undefined],
  ['quantity 0', 0],
  ['a negative quantity', -1],
  ['a quantity over 100', 101],
  ['a quantity that no integer holds', 1e308],
  ['half a piece', 0.5],
  ['a quantity that is a text', '1'],
  ['a quantity that is null', null],
])('refuses %s', (_, quantity) => {
  expect(issuesOf({ ...body, items: [{ sku: 'BOOK-1', quantity }] })).toEqual(['items.0.quantity']);
});

test.each([
  ['no items', { ...body, items: [] }, 'items'],
  ['51 lines', { ...body, items: Array(51).fill(line) }, 'items'],
  ['items that are no list', { ...body, items: line }, 'items'],
  ['a member that is not known', { ...body, total: 1 }, ''],
  ['a price of the client’s own', { ...body, items: [{ ...line, unitPrice: 1 }] }, 'items.0'],
  ['a payment method that is a number', { ...body, paymentMethod: 4242 }, 'paymentMethod'],
  ['a payment method in another form', { ...body, paymentMethod: 'card 4242' }, 'paymentMethod'],
  ['a body that is a list', [body], ''],
  ['no body', undefined, ''],
])('refuses %s', (_, value, path) => {
  expect(issuesOf(value)).toEqual([path]);
});

test('takes 50 lines of 100 pieces', () => {
  expect(issuesOf({ ...body, items: Array(50).fill({ sku: 'MUG-1', quantity: 100 }) })).toEqual([]);
});
