import { describe, expect, test } from 'vitest';
import { mutants } from './mutants.fixture.js';
import { simulatePayments } from './run.js';

/** `SIMULATION_SCHEDULES` runs more of them. */
const schedules = Number(process.env.SIMULATION_SCHEDULES ?? 4000);
const seed = Number(process.env.SIMULATION_SEED ?? 1);
const anHour = 3_600_000;

/** What a run must have seen for its silence to mean something. */
const seen = [
  'crash',
  'charge: succeeded',
  'charge: declined',
  'charge: OrderFenced',
  'charge: PaymentMismatch',
  'charge: GatewayOutcomeUnknown',
  'charge: NoTimeLeft',
  'settle charge: charged',
  'settle charge: not_charged',
  'settle charge: GatewayOutcomeUnknown',
  'read charge: nothing',
  'refund: succeeded',
  'refund: declined',
  'refund: RefundExceedsCharge',
  'refund: RefundFenced',
  'refund: RefundMismatch',
  'refund: GatewayOutcomeUnknown',
  'settle refund: refunded',
  'settle refund: not_refunded',
];

test(
  'whatever the order of events, nobody is charged twice and no answer proves wrong',
  async () => {
    const { tally, failure } = await simulatePayments({ schedules, seed });
    expect(failure).toBeUndefined();
    const unseen = seen.filter((name) => !tally.get(name));
    expect(unseen).toEqual([]);
  },
  anHour,
);

describe('the simulation finds', () => {
  test.each(Object.entries(mutants))('%s', async (_, build) => {
    const { failure } = await simulatePayments({ schedules: 4000, seed, build });
    expect(failure).toMatch(/^Property failed/);
  });
});
