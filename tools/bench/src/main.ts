import { measureCost } from './cost.js';
import { measureMemory } from './memory.js';
import { measureRevocations } from './revocations.js';
import { measureStart } from './start.js';

const help = `Measures what the guard costs, and how soon a killed service is back. Of the costs only the ratios mean anything.

  npm run bench [-- cost [requests]]    CPU of a request, beside no guard and beside stock passport-jwt (5000 a round)
  npm run bench -- memory [tokens]      the heap under so many distinct tokens (1000000)
  npm run bench -- revocations [count]  so many live revocations: the heap, and a question (1000000)
  npm run bench -- start [deaths] [url] from kill -9 to ready, so many times each service (20); on PostgreSQL with a URL`;

const [subject = 'cost', count, postgresUrl] = process.argv.slice(2);
if (subject === 'cost')
  await measureCost({ rounds: 7, requestsPerRound: Number(count ?? 5000), connections: 16, distinctTokens: 1000 });
else if (subject === 'memory') await measureMemory(Number(count ?? 1_000_000));
else if (subject === 'revocations') measureRevocations(Number(count ?? 1_000_000));
else if (subject === 'start') await measureStart({ deaths: Number(count ?? 20), postgresUrl });
else if (subject === '--help') process.stdout.write(`${help}\n`);
else throw new TypeError(`There is no measurement "${subject}". Ask for cost, memory, revocations or start.`);
