import { Audience } from './audience.js';
import { Scope } from './scope.js';

/** A service that acts as itself, with client credentials (RFC 6749 §4.4), or for whoever calls it, by token exchange (RFC 8693). */
export interface ServiceClientSubject {
  /** Its client id; also the `sub` of its tokens. */
  readonly name: string;
  /** What it is granted at first: what it does on nobody's behalf, and no more. */
  readonly scopes: readonly Scope[];
  /** How tokens name it that are addressed to it. */
  readonly audience: Audience;
  /** Where it may act for whoever sent it a token. */
  readonly actsAt: readonly Audience[];
}

/**
 * The services of the shop that act as themselves. Each reads at auth what was taken back; order settles at payment what
 * became of an undecided order, and pays there on its callers' behalf.
 */
export const serviceClients: readonly ServiceClientSubject[] = [
  {
    name: 'order',
    scopes: [Scope.PaymentSettle, Scope.EventsRead],
    audience: Audience.Order,
    actsAt: [Audience.Payment],
  },
  { name: 'payment', scopes: [Scope.EventsRead], audience: Audience.Payment, actsAt: [] },
];
