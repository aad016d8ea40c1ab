/** What does a guarded route cost, and how much memory? It judges nothing: it measures on this machine and prints ratios. */
export { measureCost } from './cost.js';
export { measureMemory } from './memory.js';
