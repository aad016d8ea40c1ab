import { describe, expect, test } from 'vitest';
import { simulate } from './simulate.js';
import type { Defects } from './world.js';

const seed = 20263;

/** What a run must have seen for its silence to mean something. */
const seen = ['201', '201 again', '202', '202 again', '402', '402 again', '409 again', 'settled', 'order killed'];
const refused = ['KeyReused', 'StillInFlight', 'Unsettled', 'Refused', 'payment killed'];

test('no schedule breaks an invariant of placing an order', { timeout: 60_000 }, async () => {
  const { schedules, tally, failure } = await simulate(3000, seed);
  expect(failure).toBeUndefined();
  expect([...seen, ...refused].filter((name) => !tally.get(name))).toEqual([]);
  expect(schedules).toBe(3000);
});

describe('a defect is noticed:', () => {
  test.each<[string, Defects, RegExp]>([
    ['a payment service that forgets its fences', { forgetsFences: true }, /I3: order .* is charged and cancelled/],
    ['an order service that takes silence for a decision', { guesses: true }, /I3: order .* is charged and cancelled/],
    ['an order service that forgets its keys', { forgetsKeys: true }, /I5: one\/pm_card_\w+ was answered/],
  ])('%s', { timeout: 60_000 }, async (_, defects, violation) => {
    expect((await simulate(5000, seed, defects)).failure).toMatch(violation);
  });
});
