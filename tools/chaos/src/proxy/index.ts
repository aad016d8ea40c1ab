/** A network that fails between order and payment. It knows HTTP, and nothing of orders. */

export { type FaultKind, faultKinds } from './fault.js';
export { FaultyProxy } from './faulty-proxy.js';
