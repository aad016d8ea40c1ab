/** Tells the shop's story by playing it: what is asked, who answers, and whether the answer is the expected one. */
export type { Hop } from './narrate.js';
export { play } from './play.js';
