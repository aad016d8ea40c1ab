import { Scope } from '@waybill/contracts';
import { expect, test } from 'vitest';
import { narrow } from './narrow.js';

const granted = [Scope.OrderRead, Scope.OrderWrite];

test('gives everything granted where nothing is asked for', () => {
  expect(narrow(undefined, granted)).toEqual(granted);
});

test('narrows to what is asked for, each scope once', () => {
  expect(narrow('order.write order.write', granted)).toEqual([Scope.OrderWrite]);
  expect(narrow('order.write order.read', granted)).toEqual(granted);
});

test.each([
  ['a scope that is not granted', 'order.read payment.create'],
  ['a scope that does not exist', 'order.everything'],
  ['another case', 'Order.Read'],
  ['an empty string', ''],
  ['two spaces', 'order.read  order.write'],
  ['a trailing space', 'order.read '],
  ['a tab', 'order.read\torder.write'],
  ['a name of the prototype', 'constructor'],
])('refuses %s', (_, requested) => {
  expect(() => narrow(requested, granted)).toThrow(expect.objectContaining({ error: 'invalid_scope' }));
});
