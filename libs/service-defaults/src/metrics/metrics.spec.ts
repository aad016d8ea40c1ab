import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningSample, runSample } from '../sample/running-sample.js';

let sample: RunningSample;
beforeAll(async () => {
  sample = await runSample({ MAX_CONCURRENT_REQUESTS: '1' });
});
afterAll(() => sample.close());

const metrics = async () => (await fetch(`${sample.url}/metrics`)).text();
const answered = async (status: number) =>
  Number(new RegExp(`^waybill_requests_total\\{status="${status}"\\} (\\d+)$`, 'm').exec(await metrics())?.[1] ?? 0);

/** Waits until so many more requests have been counted than before. */
async function counts(status: number, request: () => Promise<unknown>): Promise<void> {
  const before = await answered(status);
  await request();
  await vi.waitFor(async () => expect(await answered(status)).toBe(before + 1));
}

test('tells of the process in the format of Prometheus, without credentials', async () => {
  const answer = await fetch(`${sample.url}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const figures = await answer.text();
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'])
    expect(figures).toMatch(new RegExp(`^${name} \\S+$`, 'm'));
  for (const line of figures.split('\n')) expect(line).toMatch(/^(|#.*|[a-z0-9_]+(\{[^}]*\})? \S+)$/);
});

test.each([
  [404, '/nowhere'],
  [401, '/guarded'],
  [500, '/defect'],
  [400, '/%zz'],
])('counts a %i', async (status, path) => {
  await counts(status, () => fetch(sample.url + path));
});

test('counts a request that its client gave up', async () => {
  await counts(499, async () => {
    const { hostname, port } = new URL(sample.url);
    const socket = connect(Number(port), hostname);
    socket.write('GET /slow HTTP/1.1\r\nHost: sample\r\n\r\n');
    setTimeout(() => socket.destroy(), 100);
    await text(socket).catch(() => '');
  });
});

test('is answered while the service is overloaded', async () => {
  await vi.waitFor(async () => expect((await fetch(`${sample.url}/address`)).status).toBe(200));
  const slow = fetch(`${sample.url}/slow`);
  await vi.waitFor(async () => expect((await fetch(`${sample.url}/address`)).status).toBe(503), { interval: 5 });
  expect(await answered(503)).toBeGreaterThan(0);
  expect((await slow).status).toBe(200);
});

test('makes no line in the log where all is well, and no series for each path', async () => {
  await fetch(`${sample.url}/address?once`);
  const figures = await metrics();
  expect(figures).not.toContain('address');
  expect(sample.lines().filter(({ path }) => path === '/metrics')).toEqual([]);
});
