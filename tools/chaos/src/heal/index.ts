/** How a run ends: the faults cease, and what was left open has to be decided. */
export { type Healing, heal } from './heal.js';
