import fc from 'fast-check';
import { violations } from './invariants.js';
import type { Weather } from './transport.js';
import { type Defects, type Wish, World } from './world.js';

const weathers: readonly Weather[] = [
  'fair',
  'request lost',
  'answer lost',
  'sent twice',
  'garbage',
  'cut',
  'server error',
  'refused',
];
const happenings = ['settle', 'kill order', 'kill payment', 'tick'] as const;
type Happening = (typeof happenings)[number];

const wish: fc.Arbitrary<Wish> = fc.record({
  key: fc.constantFrom('one', 'one', 'two', undefined),
  paymentMethod: fc.constantFrom('pm_card_visa', 'pm_card_visa', 'pm_card_chargeDeclined'),
});

const schedule = {
  scheduler: fc.scheduler(),
  wishes: fc.array(wish, { minLength: 1, maxLength: 4 }),
  happenings: fc.array(fc.constantFrom(...happenings), { maxLength: 5 }),
  weather: fc.array(fc.constantFrom(...weathers), { maxLength: 6 }),
};

/** What a simulation found. */
export interface SimulationResult {
  readonly schedules: number;
  /** How often each thing happened that could happen: a silence is worth what was tried. */
  readonly tally: ReadonlyMap<string, number>;
  /** The smallest schedule that breaks an invariant, and which; undefined where none does. */
  readonly failure: string | undefined;
}

/** Runs the saga under `runs` schedules; the same seed gives the same ones. */
export async function simulate(runs: number, seed: number, defects: Defects = {}): Promise<SimulationResult> {
  const tally = new Map<string, number>();
  const property = fc.asyncProperty(fc.record(schedule), async (plan) => {
    const found = await play(plan, defects, tally);
    if (found.length > 0) throw new Error(found.join('\n'));
  });
  const details = await fc.check(property, { numRuns: runs, seed });
  const report = fc.defaultReportMessage(details);
  const failure = details.failed ? `${String(details.errorInstance)}\n${report}` : undefined;
  return { schedules: details.numRuns, tally, failure };
}

interface Plan {
  readonly scheduler: fc.Scheduler;
  readonly wishes: readonly Wish[];
  readonly happenings: readonly Happening[];
  readonly weather: readonly Weather[];
}

/** Everything at once, in the scheduler's order; then the storm is over, and what is left must settle by itself. */
async function play(
  { scheduler, wishes, happenings: plan, weather }: Plan,
  defects: Defects,
  tally: Map<string, number>,
): Promise<string[]> {
  const coming = [...weather];
  const count = (what: string) => void tally.set(what, (tally.get(what) ?? 0) + 1);
  const world = new World({ scheduler, count, weather: () => coming.shift() ?? 'fair' }, defects);
  const begin = (what: string, work: () => unknown) =>
    void scheduler.schedule(Promise.resolve(), what).then(() => work());
  for (const each of wishes) begin('client', () => world.place(each));
  for (const each of plan) begin(each, () => happen(world, each));
  await scheduler.waitIdle();
  world.heal();
  begin('settle', () => world.settle());
  await scheduler.waitIdle();
  for (const each of wishes) begin('client again', () => world.place(each));
  await scheduler.waitIdle();
  return violations(world);
}

function happen(world: World, what: Happening): unknown {
  switch (what) {
    case 'settle':
      return world.settle();
    case 'kill order':
      return world.kill('order');
    case 'kill payment':
      return world.kill('payment');
    case 'tick':
      return world.tick();
  }
}
