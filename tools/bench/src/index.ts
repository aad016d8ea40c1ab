/** What does a guarded route cost, how much memory, and what do revocations? It judges nothing: it measures on this machine and prints ratios. */
export { measureCost } from './cost.js';
export { measureHops } from './hops.js';
export { measureMemory } from './memory.js';
export { measureRevocations } from './revocations.js';
