import { parseArgs } from 'node:util';
import { fuzz, type Target, targets } from './run.js';

/** Of a run without a target, this share goes over HTTP to each adapter. */
const httpShare = 0.02;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    target: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  say(`Compares the guard with an independent oracle on generated tokens and requests.

  npm run fuzz -- [--runs N] [--seed N] [--target ${targets.join('|')}]

Of --runs (100000) inputs 2 % go over HTTP to each adapter. The --seed is printed, and with it a run can be repeated.
Exits with 1 at the first wrong accept, wrong refusal or unexpected exception, and prints the smallest input that shows it.`);
  process.exit();
}

const seed = wholeNumber('seed', values.seed);
const runs = wholeNumber('runs', values.runs);
say(`seed ${seed}: ${runs} inputs`);
for (const [target, share] of plan()) {
  if (!(await passes(target, share))) {
    process.exitCode = 1;
    break;
  }
}

function plan(): readonly (readonly [Target, number])[] {
  const only = targets.find((target) => target === values.target);
  if (values.target !== undefined && !only) throw new TypeError(`--target must be one of: ${targets.join(', ')}.`);
  if (only) return [[only, runs]];
  const overHttp = Math.ceil(runs * httpShare);
  return targets.map((target) => [target, target === 'tokens' ? Math.max(0, runs - 2 * overHttp) : overHttp]);
}

async function passes(target: Target, share: number): Promise<boolean> {
  const start = performance.now();
  const spent = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const progress = ({ total }: { total: number }) => say(`${target}: ${total} of ${share}, ${spent()}`);
  const { tally, failure } = await fuzz(target, { runs: share, seed, progress });
  if (failure) {
    say(`${target}: FAILED after ${tally.total} inputs, ${spent()}\n${failure}`);
    return false;
  }
  say(`${target}: ${tally.total} inputs in ${spent()}, 0 wrong accepts, 0 wrong refusals, 0 unexpected exceptions`);
  if (tally.stricter > 0)
    say(`${target}: jose, with key and algorithm pinned, accepts ${tally.stricter} of those refused`);
  say(tally.lines().join('\n'));
  return true;
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new TypeError(`--${name} must be a whole number of at most nine digits.`);
  return Number(value);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
