import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogFolder } from './log-folder.js';

let folder: string;
let logs: LogFolder;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-logs-'));
  logs = new LogFolder(join(folder, 'logs'));
});

afterEach(async () => {
  await logs.close();
  await rm(folder, { recursive: true });
});

test('keeps the lines of each process in a file of its own', async () => {
  logs.write('order', 'one');
  logs.write('order', 'two');
  logs.write('payment', 'three');
  await logs.close();
  expect(await readFile(join(folder, 'logs/order.log'), 'utf8')).toBe('one\ntwo\n');
  expect(await readFile(join(folder, 'logs/payment.log'), 'utf8')).toBe('three\n');
});

test('says in which line a forbidden word stands, also one that was forbidden later', () => {
  logs.write('order', 'nothing here');
  logs.forbid('waybill-demo');
  logs.write('order', '{"password":"waybill-demo"}');
  logs.write('order', 'waybill-demonstration is another word');
  expect(logs.leaks).toEqual(['order.log:2']);
});

test('takes whatever looks like a token for one', () => {
  logs.write('payment', 'Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.abc');
  logs.write('payment', 'eyJ alone is none');
  expect(logs.leaks).toEqual(['payment.log:1']);
});
