import { createTestIssuer, type TestIssuer } from '@waybill/auth/testing';
import { audience, benchIssuer, type Candidate, headersFor, scope } from './candidate.js';
import { type CandidateName, candidates } from './contest.js';
import { send, statusOf } from './load.js';
import { clientKeys } from './proofs.js';
import { type RunningCandidate, runCandidate } from './running-candidate.js';

/** How much is measured. */
export interface CostOptions {
  readonly rounds: number;
  readonly requestsPerRound: number;
  readonly connections: number;
  readonly distinctTokens: number;
}

/** A candidate at work, and the tokens that it is shown. */
interface Contestant {
  readonly candidate: Candidate;
  readonly running: RunningCandidate;
  tokenFor(n: number): string;
  /** What a request cost the server in each round, CPU microseconds. */
  readonly costs: number[];
}

/**
 * Prints what one request costs each candidate, as CPU time of its process relative to the first, the route without a
 * guard. In each round the candidates take turns, so that what else happens on the machine meets all of them.
 */
export async function measureCost(names: readonly CandidateName[], options: CostOptions): Promise<void> {
  const issuer = await createTestIssuer();
  const enter = (name: CandidateName) => contestant(name, issuer, options.distinctTokens);
  const contestants = await Promise.all(names.map(enter));
  try {
    for (const each of contestants) await requireGuarding(each);
    for (const each of contestants) await round(each, options); // warms up
    for (const { costs } of contestants) costs.length = 0;
    for (let n = 0; n < options.rounds; n += 1) for (const each of contestants) await round(each, options);
    print(contestants, options);
  } finally {
    for (const { running } of contestants) running.stop();
    await issuer.close();
  }
}

async function contestant(name: CandidateName, issuer: TestIssuer, distinctTokens: number): Promise<Contestant> {
  const candidate: Candidate = candidates[name];
  const mint = () => issuer.token({ audience, scopes: [scope], claims: { ...candidate.claims } });
  const tokens = Array.from({ length: distinctTokens }, mint);
  const tokenFor = (n: number) => (candidate.freshTokens ? mint() : (tokens[n % tokens.length] ?? mint()));
  return { candidate, running: await runCandidate(name, benchIssuer(issuer, clientKeys)), tokenFor, costs: [] };
}

/** A guard that lets a forgery through would be measured doing nothing. */
async function requireGuarding({ candidate, running, tokenFor }: Contestant): Promise<void> {
  const forged = tokenFor(0).replace(/[^.]+$/, Buffer.alloc(64, 1).toString('base64url'));
  const url = `${running.url}/orders`;
  const status = await statusOf(url, headersFor(candidate, forged, url));
  if (status !== candidate.statusForForgery) throw new Error(`${candidate.name} answered a forgery with ${status}`);
}

async function round(
  { candidate, running, tokenFor, costs }: Contestant,
  { requestsPerRound: requests, connections }: CostOptions,
): Promise<void> {
  const url = `${running.url}/orders`;
  const before = await running.cpuMicroseconds();
  await send({ url, headersOf: (n) => headersFor(candidate, tokenFor(n), url), requests, connections });
  costs.push(((await running.cpuMicroseconds()) - before) / requests);
}

function print(contestants: readonly Contestant[], options: CostOptions): void {
  const { requestsPerRound, distinctTokens, connections, rounds } = options;
  console.log(
    `Server CPU per request, ES256, median of ${rounds} rounds of ${requestsPerRound} requests, ` +
      `${distinctTokens} distinct tokens, ${connections} connections:`,
  );
  const base = contestants[0]?.costs ?? [];
  for (const { candidate, costs } of contestants) {
    const ratios = costs.map((cost, n) => cost / (base[n] ?? Number.NaN)).sort((a, b) => a - b);
    const [low, high] = [ratios[0] ?? 0, ratios.at(-1) ?? 0];
    console.log(
      `${candidate.name.padEnd(34)} ${(median(costs) / median(base)).toFixed(2)} × no guard` +
        `  (rounds: ${low.toFixed(2)}–${high.toFixed(2)};  ${median(costs).toFixed(0)} µs here)`,
    );
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
