import { tmpdir } from 'node:os';
import { ConfigurationError } from '@waybill/service-defaults';
import { expect, test } from 'vitest';
import { orderConfig } from './config.js';

const environment = {
  SIGNATURE_KEYS: 'order/k1:a-secret-of-thirty-two-bytes-or-more',
  WAYBILL_DATA_DIR: tmpdir(),
};

test('payment is the local one, gets two seconds and the caller’s own token, unless told otherwise', () => {
  expect(orderConfig(environment)).toMatchObject({
    paymentUrl: 'http://127.0.0.1:3002',
    paymentTimeoutMs: 2000,
    paymentAuthority: 'relay',
  });
  expect(orderConfig({ ...environment, PAYMENT_PORT: '4002' }).paymentUrl).toBe('http://127.0.0.1:4002');
});

test.each([
  ['PAYMENT_URL', 'payment:3002'],
  ['PAYMENT_URL', 'http://user:password@payment.internal'],
  ['PAYMENT_TIMEOUT_MS', '0'],
  ['PAYMENT_TIMEOUT_MS', '2s'],
  ['PAYMENT_AUTHORITY', 'service'],
])('refuses %s=%s, naming the variable', (variable, value) => {
  const configure = () => orderConfig({ ...environment, [variable]: value });
  expect(configure).toThrow(ConfigurationError);
  expect(configure).toThrow(new RegExp(`^${variable}: `, 'm'));
});
