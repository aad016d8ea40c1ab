import { createTestIssuer } from '@waybill/auth/testing';
import { audience, type BenchIssuer, benchIssuer, candidates, scope } from './candidates.js';
import { send, statusOf } from './load.js';
import { type RunningCandidate, runCandidate } from './running-candidate.js';

type Name = keyof typeof candidates;
const names = Object.keys(candidates) as Name[];

/** How much is measured. */
export interface CostOptions {
  readonly rounds: number;
  readonly requestsPerRound: number;
  readonly connections: number;
  readonly distinctTokens: number;
}

/** What a request cost the server in one round, CPU microseconds, by candidate. */
type Round = Readonly<Record<Name, number>>;

/**
 * Prints what one request costs each candidate, as CPU time of its process relative to the route without a guard. In each
 * round the candidates take turns, so that what else happens on the machine meets all of them.
 */
export async function measureCost(options: CostOptions): Promise<void> {
  const issuer = await createTestIssuer();
  const tokens = Array.from({ length: options.distinctTokens }, () => issuer.token({ audience, scopes: [scope] }));
  const running = await runAll(benchIssuer(issuer));
  try {
    for (const name of names) await requireGuarding(name, running[name], tokens[0] ?? '');
    await round(running, tokens, options); // warms up
    const rounds: Round[] = [];
    for (let n = 0; n < options.rounds; n += 1) rounds.push(await round(running, tokens, options));
    print(rounds, options);
  } finally {
    for (const { stop } of Object.values(running)) stop();
    await issuer.close();
  }
}

async function runAll(issuer: BenchIssuer): Promise<Record<Name, RunningCandidate>> {
  const entries = names.map(async (name) => [name, await runCandidate(name, issuer)] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<Name, RunningCandidate>;
}

/** A guard that lets a forgery through would be measured doing nothing. */
async function requireGuarding(name: Name, { url }: RunningCandidate, token: string): Promise<void> {
  const forged = token.replace(/[^.]+$/, Buffer.alloc(64, 1).toString('base64url'));
  const status = await statusOf(`${url}/orders`, forged);
  const expected = candidates[name].statusForForgery;
  if (status !== expected) throw new Error(`${candidates[name].name} answered a forgery with ${status}`);
}

async function round(
  running: Record<Name, RunningCandidate>,
  tokens: readonly string[],
  { requestsPerRound: requests, connections }: CostOptions,
): Promise<Round> {
  const costs: [Name, number][] = [];
  for (const name of names) {
    const { url, cpuMicroseconds } = running[name];
    const before = await cpuMicroseconds();
    await send({ url: `${url}/orders`, tokens, requests, connections });
    costs.push([name, ((await cpuMicroseconds()) - before) / requests]);
  }
  return Object.fromEntries(costs) as Record<Name, number>;
}

function print(rounds: readonly Round[], { requestsPerRound, distinctTokens, connections }: CostOptions): void {
  console.log(
    `Server CPU per request, ES256, median of ${rounds.length} rounds of ${requestsPerRound} requests, ` +
      `${distinctTokens} distinct tokens, ${connections} connections:`,
  );
  const base = median(rounds.map(({ unguarded }) => unguarded));
  for (const name of names) {
    const costs = rounds.map((each) => each[name]);
    const ratios = rounds.map((each) => each[name] / each.unguarded).sort((a, b) => a - b);
    const [low, high] = [ratios[0] ?? 0, ratios.at(-1) ?? 0];
    console.log(
      `${candidates[name].name.padEnd(30)} ${(median(costs) / base).toFixed(2)} × no guard` +
        `  (rounds: ${low.toFixed(2)}–${high.toFixed(2)};  ${median(costs).toFixed(0)} µs here)`,
    );
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
