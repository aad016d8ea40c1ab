import { expect, test } from 'vitest';
import { runSample } from '../sample/running-sample.js';
import { pathOf } from './index.js';

async function addressSeen(variables: NodeJS.ProcessEnv): Promise<string> {
  const sample = await runSample(variables);
  const response = await fetch(`${sample.url}/address`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
  const { address } = (await response.json()) as { address: string };
  await sample.close();
  return address;
}

test('takes nobody at his word about the client, unless he is a trusted proxy', async () => {
  expect(await addressSeen({})).toBe('127.0.0.1');
  expect(await addressSeen({ TRUSTED_PROXIES: '10.0.0.1' })).toBe('127.0.0.1');
  expect(await addressSeen({ TRUSTED_PROXIES: '10.0.0.1, 127.0.0.0/8' })).toBe('203.0.113.7');
});

test('waits for nobody for ever', async () => {
  const sample = await runSample();
  const { headersTimeout, requestTimeout, keepAliveTimeout } = sample.application.getHttpServer();
  expect({ headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    keepAliveTimeout: 65_000,
  });
  await sample.close();
});

test.each([
  ['/a/b?c=/d', '/a/b'],
  ['/a#b', '/a'],
  ['?a', '/'],
  ['', '/'],
  ['http://host:80/a?b', '/a'],
  ['/a\u009b\r\nb', '/a%C2%9B%0D%0Ab'],
])('the path of %j is %s', (target, path) => {
  expect(pathOf(target)).toBe(path);
});
