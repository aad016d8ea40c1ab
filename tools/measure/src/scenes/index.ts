/** What is played on the stage: tokens that are taken back while nothing is wrong, and while something is. */
export { type Measured, measureCalm, type Times } from './calm.js';
export { type Scene, scenes } from './faults.js';
export type { Outcome, Shop } from './shop.js';
