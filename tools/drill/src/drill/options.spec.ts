import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DrillError } from './drill-error.js';
import { readOptions } from './options.js';

const url = 'http://127.0.0.1:3001/orders';

test('reads where to drill and what to hold', async () => {
  expect(await readOptions([url, '--listen', '0.0.0.0:4999', '--scope', 'a', '--scope', 'b', '--wait', '5'])).toEqual({
    origin: new URL('http://127.0.0.1:3001'),
    route: { method: 'GET', path: '/orders', scopes: ['a', 'b'] },
    listen: { host: '0.0.0.0', port: 4999 },
    waitSeconds: 5,
  });
});

test('reads the key and the body of a signed route from files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-drill-'));
  const [key, body] = [join(folder, 'key'), join(folder, 'body')];
  await writeFile(key, 'order/k1:a-secret-of-thirty-two-bytes-or-more\n');
  await writeFile(body, '{"a":1}\n');
  const signed = ['--signed-scope', 'pay', '--signature-key-file', key, '--signed-body-file', body];
  const guarded = [url, '--listen', '4999', '--scope', 'a'];
  expect(await readOptions([...guarded, '--signed-url', 'http://127.0.0.1:3001/payments', ...signed])).toMatchObject({
    signed: {
      method: 'POST',
      path: '/payments',
      scopes: ['pay'],
      body: '{"a":1}',
      keys: [{ caller: 'order', id: 'k1', secret: 'a-secret-of-thirty-two-bytes-or-more' }],
    },
  });
  await expect(readOptions([...guarded, '--signed-url', 'http://elsewhere/payments', ...signed])).rejects.toThrow(
    'on the same service',
  );
  await rm(folder, { recursive: true });
});

test('reads a route that takes a token once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-drill-'));
  const body = join(folder, 'body');
  await writeFile(body, '{"a":1}\n');
  const once = ['--once-scope', 'pay', '--once-body-file', body];
  const guarded = [url, '--listen', '4999', '--scope', 'a'];
  expect(await readOptions([...guarded, '--once-url', 'http://127.0.0.1:3001/transfers', ...once])).toMatchObject({
    once: { method: 'POST', path: '/transfers', scopes: ['pay'], body: '{"a":1}' },
  });
  await expect(readOptions([...guarded, '--once-url', 'http://elsewhere/transfers', ...once])).rejects.toThrow(
    'on the same service',
  );
  await rm(folder, { recursive: true });
});

test('takes no token from the command line, where every process can read it', async () => {
  await expect(readOptions([url, '--token', 'a.b.c'])).rejects.toThrow(/Unknown option '--token'/);
});

test.each([
  [[], 'Give one URL'],
  [['127.0.0.1:3001', '--token-file', '-'], 'is not an http address'],
  [[url], 'either --listen or --token-file'],
  [[url, '--listen', '4999', '--token-file', '-'], 'either --listen or --token-file'],
  [[url, '--listen', '4999'], '--scope order.read'],
  [[url, '--listen', 'port', '--scope', 'a'], 'no place to listen'],
  [[url, '--token-file', '/does/not/exist'], '/does/not/exist cannot be read'],
  [[url, '--listen', '4999', '--scope', 'a', '--signed-scope', 'b'], 'A signed route needs'],
  [[url, '--listen', '4999', '--scope', 'a', '--once-scope', 'b'], 'needs --once-url'],
  [[url, '--listen', '4999', '--scope', 'a', '--client-address', '::1'], 'takes an IPv4 address'],
])('refuses %j with the remedy', async (args, message) => {
  const refusal = await readOptions(args).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(DrillError);
  expect(String(refusal)).toContain(message);
});
