import { parseArgs } from 'node:util';
import { simulatePayments } from './run.js';

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  say(`Runs the payment service's decisions on charges, fences and refunds in a simulated world: every order of events, crashes at
every wait, a gateway that loses requests and answers.

  node apps/payment/dist/simulation/main.js [--schedules N] [--seed N]

Each of --schedules (100000) has a plan and an order of events of its own. The --seed is printed, and with it a run can be
repeated. Exits with 1 at the first broken invariant, and prints the smallest plan and order that break it.`);
  process.exit();
}

const seed = wholeNumber('seed', values.seed);
const schedules = wholeNumber('schedules', values.schedules);
const start = performance.now();
const spent = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
say(`seed ${seed}: ${schedules} schedules`);
const { tally, failure } = await simulatePayments({ schedules, seed, progress: (ran) => say(`${ran}, ${spent()}`) });
say(
  [...tally]
    .sort()
    .map(([name, times]) => `${String(times).padStart(9)}  ${name}`)
    .join('\n'),
);
if (failure) {
  say(`FAILED after ${spent()}\n${failure}`);
  process.exitCode = 1;
} else {
  say(`${schedules} schedules in ${spent()}, no invariant broken`);
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new TypeError(`--${name} must be a whole number of at most nine digits.`);
  return Number(value);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
