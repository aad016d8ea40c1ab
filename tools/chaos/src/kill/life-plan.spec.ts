import { expect, test } from 'vitest';
import { Random } from '../seed/random.js';
import { crashPoints } from './crash-points.js';
import { type LifePlan, lifePlan, type Pace } from './life-plan.js';

const pace: Pace = { uptimeMs: [200, 1_800], authLivesLonger: 6 };

function plans(service: 'auth' | 'order' | 'payment', seed = 1): LifePlan[] {
  const random = new Random(seed, `lives of ${service}`);
  return Array.from({ length: 500 }, () => lifePlan(random, service, pace));
}

test('plans the same lives for the same seed', () => {
  expect(plans('order')).toEqual(plans('order'));
  expect(plans('order', 2)).not.toEqual(plans('order'));
});

test.each(['order', 'payment'] as const)(
  'arms every crash point of %s at some time, and none of another',
  (service) => {
    const armed = new Set(plans(service).flatMap(({ armed }) => armed?.point ?? []));
    expect([...armed].sort()).toEqual([...crashPoints[service]].sort());
  },
);

test('kills at random moments after the start and after it was ready, and sometimes all at once', () => {
  const all = plans('payment');
  expect(new Set(all.map(({ end }) => end.since))).toEqual(new Set(['start', 'ready']));
  expect(new Set(all.map(({ end }) => end.afterMs)).size).toBeGreaterThan(200);
  expect(all.filter(({ everybody }) => everybody).length).toBeGreaterThan(5);
});

test('lets auth live longer', () => {
  const uptimes = plans('auth').filter(({ end }) => end.since === 'ready');
  expect(Math.min(...uptimes.map(({ end }) => end.afterMs))).toBeGreaterThanOrEqual(1_200);
});
