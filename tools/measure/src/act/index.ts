/** What people do at the shop: sign in, order, and take back what a session was given. It measures nothing. */
export { type Answer, type Asking, exchange, insist } from './exchange.js';
export { placeOrder, type Session, signIn } from './session.js';
export { type Way, ways } from './ways.js';
