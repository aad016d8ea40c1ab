import { measureCost } from './cost.js';
import { measureMemory } from './memory.js';

/** `npm run bench`: the cost of a request; `npm run bench -- memory [tokens]`: memory under so many distinct tokens. */
const [subject = 'cost', count] = process.argv.slice(2);
if (subject === 'cost')
  await measureCost({ rounds: 7, requestsPerRound: Number(count ?? 5000), connections: 16, distinctTokens: 1000 });
else if (subject === 'memory') await measureMemory(Number(count ?? 1_000_000));
else throw new TypeError(`There is no measurement "${subject}". Ask for cost or memory.`);
