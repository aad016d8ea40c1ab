import { Scope } from './scope.js';

/** A service that acts as itself, with client credentials (RFC 6749 §4.4). */
export interface ServiceClientSubject {
  /** Its client id; also the `sub` of its tokens. */
  readonly name: string;
  /** What it is granted at first: what it does on nobody's behalf, and no more. */
  readonly scopes: readonly Scope[];
}

/**
 * The services of the shop that act as themselves. Each reads at auth what was taken back; order settles at payment what
 * became of an undecided order.
 */
export const serviceClients: readonly ServiceClientSubject[] = [
  { name: 'order', scopes: [Scope.PaymentSettle, Scope.EventsRead] },
  { name: 'payment', scopes: [Scope.EventsRead] },
];
