import { guards } from './candidates.js';
import type { CandidateName } from './contest.js';
import { measureCost } from './cost.js';
import { measureHops } from './hops.js';
import { measureMemory } from './memory.js';
import { proofs } from './proofs.js';
import { measureRevocations } from './revocations.js';
import { measureStart } from './start.js';

const help = `Measures what the guard costs, and how soon a killed service is back. Of the costs only the ratios mean anything.

  npm run bench [-- cost [requests]]    CPU of a request, beside no guard and beside stock passport-jwt (5000 a round)
  npm run bench -- proofs [requests]    CPU of a request with each proof that a route can demand (3000 a round)
  npm run bench -- hops [requests]      CPU of an order by relay and by exchange, and of an exchange (200 a round)
  npm run bench -- memory [tokens]      the heap under so many distinct tokens (1000000)
  npm run bench -- revocations [count]  so many live revocations: the heap, and a question (1000000)
  npm run bench -- start [deaths] [url] from kill -9 to ready, so many times each service (20); on PostgreSQL with a URL`;

const [subject = 'cost', count, postgresUrl] = process.argv.slice(2);
const load = { rounds: 7, connections: 16, distinctTokens: 1000 };
if (subject === 'cost') await measureCost(namesOf(guards), { ...load, requestsPerRound: Number(count ?? 5000) });
else if (subject === 'proofs') await measureCost(namesOf(proofs), { ...load, requestsPerRound: Number(count ?? 3000) });
else if (subject === 'hops') await measureHops({ rounds: 5, connections: 8, requestsPerRound: Number(count ?? 200) });
else if (subject === 'memory') await measureMemory(Number(count ?? 1_000_000));
else if (subject === 'revocations') measureRevocations(Number(count ?? 1_000_000));
else if (subject === 'start') await measureStart({ deaths: Number(count ?? 20), postgresUrl });
else if (subject === '--help') process.stdout.write(`${help}\n`);
else
  throw new TypeError(
    `There is no measurement "${subject}". Ask for cost, proofs, hops, memory, revocations or start.`,
  );

function namesOf(candidates: Partial<Record<CandidateName, unknown>>): CandidateName[] {
  return Object.keys(candidates) as CandidateName[];
}
