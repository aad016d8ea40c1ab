import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { authConfig } from '../config.js';

const exchanges = (TOKEN_EXCHANGE?: string) => authConfig({ TOKEN_EXCHANGE }).tokenExchange;

test('order may act at payment, and nobody else anywhere, unless told otherwise', () => {
  expect(exchanges()).toEqual([{ clientId: 'order', addressedAs: 'order.service', actsAt: 'payment.service' }]);
});

test('a list takes the place of that, and an empty one lets nobody act', () => {
  expect(exchanges('order>auth.service, payment>order.service')).toEqual([
    { clientId: 'order', addressedAs: 'order.service', actsAt: 'auth.service' },
    { clientId: 'payment', addressedAs: 'payment.service', actsAt: 'order.service' },
  ]);
  expect(exchanges('')).toEqual([]);
});

test.each(['', '\n'])('a file that says nothing (%j) lets nobody act', (content) => {
  const file = join(mkdtempSync(join(tmpdir(), 'waybill-')), 'token-exchange');
  writeFileSync(file, content);
  expect(authConfig({ TOKEN_EXCHANGE_FILE: file }).tokenExchange).toEqual([]);
  writeFileSync(file, 'payment>order.service\n');
  expect(authConfig({ TOKEN_EXCHANGE_FILE: file }).tokenExchange).toHaveLength(1);
});

test.each([
  ['a client that is no service', 'demo-service>payment.service'],
  ['a service that there is not', 'order>shop.service'],
  ['a service at itself', 'order>order.service'],
  ['no audience', 'order'],
  ['two audiences', 'order>payment.service>auth.service'],
  ['an entry twice', 'order>payment.service,order>payment.service'],
  ['an empty entry', 'order>payment.service,'],
])('refuses %s, with the remedy', (_, value) => {
  expect(() => exchanges(value)).toThrow(
    /^TOKEN_EXCHANGE: must be a comma-separated list of service>audience, .* Set it to such a list, e\.g\. order>payment\.service, or/,
  );
});
