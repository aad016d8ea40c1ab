/** Tells the shop's stories by playing them: what is asked, who answers, and whether the answer is the expected one. */
export type { Hop } from './narrate.js';
export { placeAnOrder } from './place-an-order.js';
export { play } from './play.js';
export type { Scene } from './scene.js';
export { stolenToken } from './stolen-token.js';
