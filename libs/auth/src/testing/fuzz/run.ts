import fc from 'fast-check';
import { startGuarded } from '../../guard/guarded-service.fixture.js';
import { httpProperty } from './http-property.js';
import { issuerOptions } from './issuer.js';
import { Tally } from './tally.js';
import { tokenProperty } from './token-property.js';

/** Where the fuzzer attacks: the verifier itself, or a guarded service over HTTP. */
export const targets = ['tokens', 'Express', 'Fastify'] as const;

/** One of them. */
export type Target = (typeof targets)[number];

/** How much, from where, and who wants to know. */
export interface RunOptions {
  readonly runs: number;
  /** The same seed makes the same inputs, but for keys and the time of day. */
  readonly seed: number;
  /** Called after each batch. */
  readonly progress?: (tally: Tally) => void;
}

/** What was tried, and what was found. */
export interface RunResult {
  readonly tally: Tally;
  /** The first failure: how to repeat it, the smallest input that shows it, and what went wrong. */
  readonly failure?: string;
}

const batchSize = 10_000;

/** Runs against one target until something fails or the number of runs is reached. */
export async function fuzz(target: Target, options: RunOptions): Promise<RunResult> {
  const tally = new Tally();
  if (target === 'tokens') return inBatches(tokenProperty(tally), target, tally, options);
  const { app, url } = await startGuarded(target, { issuers: issuerOptions });
  try {
    return await inBatches(httpProperty(url, tally), target, tally, options);
  } finally {
    await app.close();
  }
}

async function inBatches<Input>(
  property: fc.IAsyncProperty<[Input]>,
  target: Target,
  tally: Tally,
  { runs, seed, progress }: RunOptions,
): Promise<RunResult> {
  for (let done = 0; done < runs; done += batchSize) {
    const numRuns = Math.min(batchSize, runs - done);
    const details = await fc.check(property, { seed: seed + done / batchSize, numRuns });
    if (details.failed) return { tally, failure: explain(target, details) };
    progress?.(tally);
  }
  return { tally };
}

function explain<Input>(target: Target, details: fc.RunDetails<[Input]>): string {
  const { seed, numRuns, numShrinks, counterexample, errorInstance } = details;
  const error = errorInstance instanceof Error ? errorInstance : new Error(String(errorInstance));
  return [
    `Seed ${seed}, input ${numRuns}: run with --target ${target} --seed ${seed} --runs ${numRuns} to see it again.`,
    `Shrunk ${numShrinks} times: ${fc.stringify(counterexample)}`,
    error.stack,
    ...(error.cause === undefined ? [] : [`Cause: ${error.cause instanceof Error ? error.cause.stack : error.cause}`]),
  ].join('\n');
}
