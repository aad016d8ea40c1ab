import { inspect } from 'node:util';
import fc from 'fast-check';
import { checkInvariants } from './invariants.js';
import { paymentLogic } from './payment-logic.js';
import { anyPlan } from './plan.js';
import { type Build, type Evidence, World } from './world.js';

/** How to simulate. */
export interface SimulationOptions {
  /** How many schedules to run, each with a plan of its own. */
  readonly schedules: number;
  /** Repeats a run. */
  readonly seed: number;
  /** The service, if not as it is. */
  readonly build?: Build;
  /** Hears after every so many schedules how many have run. */
  readonly progress?: (ran: number) => void;
}

/** What a simulation came to. */
export interface SimulationResult {
  /** How often each thing happened, so that it can be seen that it did. */
  readonly tally: ReadonlyMap<string, number>;
  /** The smallest plan and schedule that break an invariant, as text; absent: none was found. */
  readonly failure?: string;
}

const progressEvery = 10_000;

/** Runs the service's own decisions under generated plans and schedules, and checks the invariants after each. */
export async function simulatePayments({
  schedules,
  seed,
  build = paymentLogic,
  progress,
}: SimulationOptions): Promise<SimulationResult> {
  const tally = new Map<string, number>();
  let ran = 0;
  const property = fc.asyncProperty(anyPlan, fc.scheduler(), async (plan, scheduler) => {
    const evidence = await new World(plan, scheduler, build).run();
    count(tally, evidence);
    if (++ran % progressEvery === 0) progress?.(ran);
    checkInvariants(evidence);
  });
  const details = await fc.check(property, { numRuns: schedules, seed });
  if (!details.failed) return { tally };
  return { tally, failure: `${fc.defaultReportMessage(details)}\n${inspect(details.errorInstance)}` };
}

function count(tally: Map<string, number>, { answers, crashes, gateway }: Evidence): void {
  const add = (name: string, times = 1) => tally.set(name, (tally.get(name) ?? 0) + times);
  add('crash', crashes);
  add('charge at the gateway', gateway.charges.size);
  add('refund at the gateway', gateway.refunds.size);
  for (const { operation, payment, refund, chargeFence, refundFence, error } of answers) {
    const fence = chargeFence ?? refundFence;
    const answer = error?.name ?? payment?.status ?? refund?.status ?? fence?.outcome ?? 'nothing';
    add(`${operation.kind}: ${answer}`);
  }
}
