import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Wire } from './wire.js';

test('lets everything pass, then nothing, then everything again', async () => {
  const server = createServer((_, response) => response.end('heard')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const wire = await Wire.to((server.address() as AddressInfo).port);
  onTestFinished(() => {
    wire.close();
    server.close();
  });
  const ask = async () => (await fetch(wire.url, { signal: AbortSignal.timeout(500) })).text();
  expect(await ask()).toBe('heard');
  wire.cut();
  await expect(ask()).rejects.toMatchObject({ name: 'TimeoutError' });
  wire.mend();
  expect(await ask()).toBe('heard');
});
