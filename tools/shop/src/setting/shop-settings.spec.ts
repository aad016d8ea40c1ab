import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePorts, localUrl, requireFreePorts, requireNodeVersion, SettingsError, shopSettings } from './index.js';

test('listens on the loopback interface unless told otherwise', () => {
  expect(shopSettings({})).toEqual({ host: '127.0.0.1', ports: { auth: 3000, order: 3001, payment: 3002 } });
  expect(shopSettings({ ORDER_PORT: '4001', HOST: '0.0.0.0', AUTH_PORT: '' })).toEqual({
    host: '0.0.0.0',
    ports: { auth: 3000, order: 4001, payment: 3002 },
  });
});

test('takes a port from the file that is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-settings-'));
  const file = join(folder, 'port');
  await writeFile(file, '4002\n');
  expect(shopSettings({ PAYMENT_PORT_FILE: file }).ports.payment).toBe(4002);
  await rm(folder, { recursive: true });
  expect(() => shopSettings({ PAYMENT_PORT_FILE: file })).toThrow(/^PAYMENT_PORT_FILE: .* cannot be read/);
});

test.each(['abc', '0', '65536', '3000.5', '-1', '0x10', '1e3'])('refuses the port %s', (text) => {
  expect(() => shopSettings({ ORDER_PORT: text })).toThrow(
    new SettingsError(`ORDER_PORT: must be a port (1–65535), is "${text}". Set it to a free port, e.g. 3001.`),
  );
});

test('reports all mistakes at once, one line each', () => {
  expect(() => shopSettings({ AUTH_PORT: 'a', PAYMENT_PORT: 'b' })).toThrow(/^AUTH_PORT: .*\nPAYMENT_PORT: .*$/);
});

test('refuses one port for two services', () => {
  expect(() => shopSettings({ ORDER_PORT: '3000' })).toThrow('ORDER_PORT: 3000 is AUTH_PORT too.');
});

test('refuses a taken port by name', async () => {
  const ports = await freePorts();
  const stranger = createServer().listen(ports.order, '127.0.0.1');
  await expect(requireFreePorts({ host: '127.0.0.1', ports })).rejects.toThrow(
    new SettingsError(
      `ORDER_PORT: port ${ports.order} on 127.0.0.1 is taken. Stop what listens there or choose a free port.`,
    ),
  );
  await new Promise((resolve) => stranger.close(resolve));
  await expect(requireFreePorts({ host: '127.0.0.1', ports })).resolves.toBeUndefined();
});

test('refuses a host that is not of this machine', async () => {
  await expect(requireFreePorts({ host: '192.0.2.1', ports: await freePorts() })).rejects.toThrow(
    'this machine has no address 192.0.2.1',
  );
});

test('reaches a service on every interface over the loopback one', () => {
  expect(localUrl('0.0.0.0', 3000)).toBe('http://127.0.0.1:3000');
  expect(localUrl('::', 3000)).toBe('http://[::1]:3000');
  expect(localUrl('localhost', 3000)).toBe('http://localhost:3000');
});

test.each(['20.20.2', '22.11.0'])('refuses Node %s', (version) => {
  expect(() => requireNodeVersion(version)).toThrow(`Node ${version} is too old: 22.12 or later is needed.`);
});

test.each(['22.12.0', '24.0.0'])('accepts Node %s', (version) => {
  expect(() => requireNodeVersion(version)).not.toThrow();
});
