import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningSample, runSample } from '../sample/running-sample.js';

let sample: RunningSample;
beforeAll(async () => {
  sample = await runSample({ LOG_LEVEL: 'info' });
});
afterAll(() => sample.close());

let asked = 0;

/** Asks under an id of its own, and gives every line that carries it. */
async function linesOf(path: string, { headers, ...init }: RequestInit = {}) {
  asked += 1;
  const id = `test-${asked}`;
  const response = await fetch(sample.url + path, { ...init, headers: { ...headers, 'x-request-id': id } });
  await response.text();
  expect(response.headers.get('x-request-id')).toBe(id);
  return logged((line) => line.requestId === id);
}

async function logged(wanted: (line: Record<string, unknown>) => boolean) {
  await vi.waitFor(() => expect(sample.lines().filter(wanted)).not.toHaveLength(0));
  await setTimeout(20);
  return sample.lines().filter(wanted);
}

const json = { 'content-type': 'application/json' };

test.each([
  ['an answer', '/named/a', {}, 200, 'info'],
  ['a body', '/baskets', { method: 'POST', headers: json, body: '{}' }, 400, 'warn'],
  ['nothing there', '/nowhere', {}, 404, 'warn'],
  ['a body that is broken', '/baskets', { method: 'POST', headers: json, body: '{' }, 400, 'warn'],
  ['a path that is broken', '/named/%zz', {}, 400, 'warn'],
  ['a refusal', '/guarded', {}, 401, 'warn'],
  ['a failure', '/defect', {}, 500, 'error'],
  ['the database away', '/database-away', {}, 503, 'error'],
])('writes exactly one line for %s', async (_case, path, init, status, level) => {
  const lines = await linesOf(`${path}?token=hidden`, init);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    ...{ service: 'order', level, status, path, method: (init as RequestInit).method ?? 'GET' },
    durationMs: expect.any(Number),
    time: expect.stringMatching(/^\d{4}-.*Z$/),
  });
});

test('is silent about a probe that finds the service well, at the usual level', async () => {
  await fetch(`${sample.url}/health/live`, { headers: { 'x-request-id': 'probe' } });
  await linesOf('/named/a');
  expect(sample.lines().filter(({ requestId }) => requestId === 'probe')).toEqual([]);
});

test('writes neither query, nor header fields, nor bodies', async () => {
  const headers = { ...json, authorization: 'Bearer hidden-token', cookie: 'hidden-cookie' };
  await linesOf('/baskets?hidden-query', { method: 'POST', headers, body: '{"hidden-body":1}' });
  await linesOf('/guarded', { headers });
  expect(sample.log()).not.toContain('hidden-');
});

test('carries the decision of a refusal on the line of the request', async () => {
  const token = sample.issuer.token({ audience: 'order.service', scopes: ['order.read'] });
  const headers = { ...json, authorization: `Bearer ${token}` };
  const [line] = await linesOf('/guarded', { method: 'POST', headers, body: '{}' });
  expect(line?.decision).toMatchObject({
    decisionId: expect.any(String),
    code: 'insufficient_scope',
    reason: 'scope.missing',
    subject: 'alice',
  });
});

test('tells a failure with its stack and its cause', async () => {
  const [line] = await linesOf('/defect');
  expect(line?.err).toMatchObject({
    type: 'Error',
    message: 'the hidden cause',
    stack: expect.stringMatching(/\n {4}at .*sample\.controller/),
    cause: { message: 'deeper still' },
  });
});

test('leaves out the parameters of a failed query', async () => {
  const [line] = await linesOf('/failed-query');
  expect(line?.err).toMatchObject({ message: 'Failed query: insert into keys values ($1)' });
  expect(sample.log()).not.toContain('hidden-parameter');
});

test.each(['/named/a%0d%0ab', '/named/%1b[31mred', '/named/%c2%9b31m'])('keeps %s within its line', async (path) => {
  expect(await linesOf(path)).toHaveLength(1);
  expect(controls(sample.log())).toBe('');
});

test('keeps control characters of a message within its line', async () => {
  new Logger('test').log('a\r\nb\u001b[31mc\u009bd\u2028e\u007f');
  const [line] = await logged(({ context }) => context === 'test');
  expect(line?.message).toBe('a\r\nb\u001b[31mc\u009bd\u2028e\u007f');
  expect(controls(sample.log())).toBe('');
});

test('keeps raw control characters of a request target within its line', async () => {
  const socket = connect(Number(new URL(sample.url).port), '127.0.0.1');
  socket.resume().write(Buffer.from('GET /named/\x9b31m HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 'latin1'));
  await once(socket, 'close');
  expect(controls(sample.log())).toBe('');
});

test.each(['*', '/', '//', '/%2f', 'http://a/named/b'])('writes exactly one line for the target %s', async (target) => {
  asked += 1;
  const id = `test-${asked}`;
  const socket = connect(Number(new URL(sample.url).port), '127.0.0.1').resume();
  socket.write(`OPTIONS ${target} HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  expect(await logged(({ requestId }) => requestId === id)).toHaveLength(1);
});

test('writes a line for what never became a request', async () => {
  const socket = connect(Number(new URL(sample.url).port), '127.0.0.1').resume();
  socket.write('nonsense\r\n\r\n');
  await once(socket, 'close');
  expect(await logged(({ code }) => code === 'HPE_INVALID_METHOD')).toMatchObject([{ status: 400, level: 'warn' }]);
});

test.each(['two words', 'a"b', 'x'.repeat(65)])('takes no request id but a plain name: %s', async (id) => {
  const response = await fetch(`${sample.url}/named/a`, { headers: { 'x-request-id': id } });
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('says that a client left before it was answered', async () => {
  const abort = new AbortController();
  const left = expect(fetch(`${sample.url}/slow`, { signal: abort.signal })).rejects.toThrow();
  await setTimeout(100);
  abort.abort();
  await left;
  const lines = await logged(({ path }) => path === '/slow');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ status: 499 });
});

test("leaves Nest's own account of the boot to the level debug", () => {
  expect(sample.log()).not.toMatch(/RouterExplorer|InstanceLoader/);
});

/** What a terminal or a log reader may act on. */
function controls(log: string): string {
  return log.replace(/[^\p{Cc}\u2028\u2029]|\n/gu, '');
}
