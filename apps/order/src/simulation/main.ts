import { parseArgs } from 'node:util';
import { simulate } from './simulate.js';

const help = `Runs what decides about orders (placing, repeating, settling) under many schedules: the real logic, on tables in memory, with
crashes, lost, doubled and spoilt messages and time-outs in every order that a seeded scheduler can think of.

  npm run simulate -- [--schedules N] [--seed N]

Of --schedules (100000) the first that breaks an invariant ends it with status 1, and is printed in its smallest form.
The --seed is printed, and with it a run can be repeated.`;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) say(help);
else process.exitCode = await run(wholeNumber('schedules', values.schedules), wholeNumber('seed', values.seed));

async function run(wanted: number, seed: number): Promise<number> {
  say(`placing an order: seed ${seed}, ${wanted} schedules`);
  const { schedules, tally, failure } = await simulate(wanted, seed);
  for (const [what, times] of [...tally].sort()) say(`  ${what}: ${times}`);
  say(failure ?? `placing an order: ${schedules} schedules, 0 violations`);
  return failure === undefined ? 0 : 1;
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new TypeError(`--${name} must be a whole number of at most nine digits.`);
  return Number(value);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
