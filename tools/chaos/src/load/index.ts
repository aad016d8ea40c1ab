/** Who asks what of the shop, and what they were told. It knows the contract, and nothing of faults. */
export { type Basket, basketNumber, priceOf } from './basket.js';
export { Crowd } from './crowd.js';
export type { Customer } from './customer.js';
export {
  type Attempt,
  History,
  type OrderSeen,
  type OrderWish,
  type Reading,
  type RefundWish,
  type Wish,
} from './history.js';
export type { Market } from './market.js';
export { type Answer, codeOf, finalStatus, isFinal, isInFlight, isUndecided, orderIdOf, type Reply } from './reply.js';
export type { Session, TakenBack } from './session.js';
