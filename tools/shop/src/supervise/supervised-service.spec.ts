import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePorts } from '../setting/index.js';
import { ServiceFailure, SupervisedService } from './supervised-service.js';

const answersReady = `
  import { appendFileSync } from 'node:fs';
  import { createServer } from 'node:http';
  appendFileSync(process.env.PID_FILE, process.pid + '\\n');
  console.log('{"level":30,"msg":"listening"}');
  createServer((_, response) => response.end('{}')).listen(process.env.SERVICE_PORT, '127.0.0.1');
`;

let folder: string;
let said: string[];
let started: SupervisedService[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-supervise-'));
  said = [];
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((service) => service.stop()));
  await rm(folder, { recursive: true });
});

async function supervise(script: string): Promise<SupervisedService> {
  const program = await programOf(script);
  const service = new SupervisedService(program, {
    line: (_, line) => said.push(line),
    news: (_, line) => said.push(line),
  });
  started.push(service);
  return service;
}

async function programOf(script: string) {
  const file = join(folder, 'service.mjs');
  await writeFile(file, script);
  const { auth: port } = await freePorts();
  const env = { ...process.env, SERVICE_PORT: String(port), PID_FILE: join(folder, 'pids') };
  return { name: 'stand-in', file, url: `http://127.0.0.1:${port}`, env };
}

async function processes(): Promise<number[]> {
  const text = await readFile(join(folder, 'pids'), 'utf8');
  return text.trim().split('\n').map(Number);
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('says when the service is ready, and stops it for good', async () => {
  const service = await supervise(answersReady);
  await service.ready;
  expect(said).toEqual(['{"level":30,"msg":"listening"}', expect.stringMatching(/^ready at http/)]);
  await service.stop();
  await service.ended;
  expect((await processes()).filter(alive)).toEqual([]);
});

test('starts a service again that was killed', async () => {
  const service = await supervise(answersReady);
  await service.ready;
  service.kill('SIGKILL');
  await vi.waitUntil(() => said.filter((line) => line.startsWith('ready at')).length === 2, { timeout: 10_000 });
  expect(said).toContain('died (SIGKILL), starting it again in 0.25 s');
  expect((await processes()).filter(alive)).toHaveLength(1);
});

test('gives each life an environment of its own, waits as it is told, and tells how each began and ended', async () => {
  const program = await programOf(answersReady);
  const lives: string[] = [];
  const events: unknown[] = [];
  const service = new SupervisedService(
    {
      ...program,
      env: () => ({ ...program.env, LIFE: String(lives.push('one more')) }),
      patience: { deaths: 1, backOffSeconds: () => 0.01 },
    },
    {
      line: () => {},
      news: (_, line) => said.push(line),
      started: () => events.push('started'),
      ready: () => events.push('ready'),
      died: (_, exit) => events.push(exit),
    },
  );
  started.push(service);
  await service.ready;
  service.kill('SIGKILL');
  await vi.waitUntil(() => events.length === 5, { timeout: 10_000 });
  expect(events).toEqual(['started', 'ready', { code: null, signal: 'SIGKILL' }, 'started', 'ready']);
  expect(lives).toHaveLength(2);
  expect(said).toContain('died (SIGKILL), starting it again in 0.01 s');
});

test('gives up after five deaths before it was ready, with its last words', async () => {
  const service = await supervise(`console.error('no luck'); process.exit(1);`);
  await expect(service.ended).rejects.toThrow(
    new ServiceFailure('stand-in died 5 times before it was ready (exit code 1)\nno luck'),
  );
  expect(said.filter((line) => line.startsWith('died (exit code 1)'))).toHaveLength(4);
});

test('gives up at once on a misconfigured service, with its own line and nothing else', async () => {
  const service = await supervise(`console.error('stand-in: X_PORT is wrong; set it'); process.exit(1);`);
  await expect(service.ended).rejects.toThrow(new ServiceFailure('stand-in: X_PORT is wrong; set it'));
  expect(said).toEqual([]);
});

test('says a complaint of a service that goes on living', async () => {
  await supervise(`console.error('still waiting'); setInterval(() => {}, 1000);`);
  await vi.waitUntil(() => said.includes('still waiting'), { timeout: 5000 });
});

test('stops while the service is not ready yet', async () => {
  const service = await supervise('setInterval(() => {}, 1000);');
  await service.stop();
  await service.ended;
});

const flushesForEver = `
  process.once('SIGTERM', () => process.exit());
  process.once('exit', () => { for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100); });
`;

test.each([
  ['a service', answersReady],
  ['a service that cannot get rid of its log', answersReady + flushesForEver],
])('%s does not outlive a supervisor that is killed', async (_, script) => {
  const program = await programOf(script);
  const built = join(import.meta.dirname, '../../dist/supervise/index.js');
  await writeFile(
    join(folder, 'supervisor.mjs'),
    `import { SupervisedService } from '${built}';
     const service = new SupervisedService(${JSON.stringify(program)}, { line() {}, news() {} });
     await service.ready;
     process.kill(process.pid, 'SIGKILL');`,
  );
  await new Promise((resolve) => execFile(process.execPath, [join(folder, 'supervisor.mjs')], resolve));
  const [pid = 0] = await processes();
  await vi.waitUntil(() => !alive(pid), { timeout: 5000 });
});
