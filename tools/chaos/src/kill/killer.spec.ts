import type { Exit, ServiceName } from '@waybill/shop';
import { afterEach, expect, test, vi } from 'vitest';
import type { Replica } from '../deployment/index.js';
import { Killer } from './killer.js';

const replica = (name: string, service: ServiceName): Replica => ({ name, service, port: 1, url: '' });
const order = replica('order-1', 'order');
const killed: Exit = { code: null, signal: 'SIGKILL' };
let killer: Killer;

afterEach(() => killer.rest());

/** A killer and whom it kills; `onKill` is told each. */
function start(onKill: (name: string) => void = () => {}): string[] {
  const victims: string[] = [];
  killer = new Killer({
    seed: 1,
    pace: { uptimeMs: [1, 20], authLivesLonger: 1 },
    faults: { payment: { SANDBOX_GATEWAY_FAULTS: 'slow:1' } },
    kill: (name) => {
      victims.push(name);
      onKill(name);
    },
  });
  return victims;
}

/** Lives through so many lives, each ending as soon as it is killed, or at its crash point. */
async function live(lives: number): Promise<NodeJS.ProcessEnv[]> {
  const environments: NodeJS.ProcessEnv[] = [];
  let ended = Promise.withResolvers<void>();
  start(() => ended.resolve());
  killer.rouse();
  for (let life = 0; life < lives; life++) {
    ended = Promise.withResolvers();
    const environment = killer.begin(order);
    environments.push(environment);
    killer.started(order);
    killer.ready(order);
    if (!environment.CRASH_POINT) await ended.promise;
    killer.died(order, killed);
  }
  return environments;
}

test('lets everybody live until it is roused, then kills whoever is there', async () => {
  const victims = start();
  killer.begin(order);
  killer.started(order);
  killer.ready(order);
  expect(victims).toEqual([]);
  killer.rouse();
  await vi.waitUntil(() => victims.length > 0);
  killer.died(order, killed);
  expect(killer.deaths).toEqual([{ name: 'order-1', cause: 'signal' }]);
});

test('tells a death at a crash point from one by signal, and names the point', async () => {
  const environments = await live(12);
  const points = environments.flatMap(({ CRASH_POINT }) => CRASH_POINT?.split(':')[0] ?? []);
  expect(points.length).toBeGreaterThan(0);
  expect(killer.deaths.map(({ cause }) => cause).filter((cause) => cause.startsWith('order.'))).toEqual(points);
  expect(killer.deaths).toHaveLength(12);
  expect(killer.surprises).toEqual([]);
}, 30_000);

test('measures how long a process was away', async () => {
  await live(3);
  expect(killer.restarts).toHaveLength(2);
  expect(killer.restarts.every(({ name, ms }) => name === 'order-1' && ms >= 0)).toBe(true);
}, 30_000);

test.each<[string, Exit]>([
  ['exit code 1', { code: 1, signal: null }],
  ['SIGSEGV', { code: null, signal: 'SIGSEGV' }],
  ['SIGKILL', killed],
])('is surprised by a death that it did not bring about: %s', (says, exit) => {
  start();
  killer.begin(order);
  killer.started(order);
  killer.died(order, exit);
  expect(killer.surprises).toEqual([`order-1: ${says}`]);
  expect(killer.deaths).toEqual([]);
});

test('makes a service fail from within only while it is awake', () => {
  const payment = replica('payment', 'payment');
  start();
  expect(killer.begin(payment)).toEqual({});
  killer.rouse();
  expect(killer.begin(payment)).toMatchObject({ SANDBOX_GATEWAY_FAULTS: 'slow:1' });
  killer.rest();
  expect(killer.begin(payment)).toEqual({});
});

test('is not surprised by a process that was told to stop', () => {
  start();
  for (const exit of [
    { code: 0, signal: null },
    { code: null, signal: 'SIGTERM' },
  ] as const) {
    killer.begin(order);
    killer.died(order, exit);
  }
  expect(killer.surprises).toEqual([]);
});
