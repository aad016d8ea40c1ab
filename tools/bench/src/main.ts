import { measureCost } from './cost.js';
import { measureMemory } from './memory.js';
import { measureRevocations } from './revocations.js';

const help = `Measures what the guard costs. Only the ratios mean anything.

  npm run bench [-- cost [requests]]    CPU of a request, beside no guard and beside stock passport-jwt (5000 a round)
  npm run bench -- memory [tokens]      the heap under so many distinct tokens (1000000)
  npm run bench -- revocations [count]  so many live revocations: the heap, and a question (1000000)`;

const [subject = 'cost', count] = process.argv.slice(2);
if (subject === 'cost')
  await measureCost({ rounds: 7, requestsPerRound: Number(count ?? 5000), connections: 16, distinctTokens: 1000 });
else if (subject === 'memory') await measureMemory(Number(count ?? 1_000_000));
else if (subject === 'revocations') measureRevocations(Number(count ?? 1_000_000));
else if (subject === '--help') process.stdout.write(`${help}\n`);
else throw new TypeError(`There is no measurement "${subject}". Ask for cost, memory or revocations.`);
