import type { IdempotentRequest, KnownRequest } from '../idempotency/idempotent-request.js';
import type { DraftOrder } from '../place-order/draft-order.js';
import type { OrderRow } from './order.table.js';
import type { Owner } from './owner.js';

/** An order that is to be stored, under an id that was chosen for it. */
export interface NewOrder {
  readonly id: string;
  readonly owner: Owner;
  readonly draft: DraftOrder;
}

/** What became of an order's charge, for good. */
export type OrderOutcome =
  | { readonly kind: 'charged'; readonly paymentId: string }
  | { readonly kind: 'declined'; readonly paymentId: string; readonly declineReason: string }
  /** Nothing was charged, and nothing ever will be. */
  | { readonly kind: 'not_charged' };

/** Where orders are kept while they are placed and settled. Each method is one transaction. */
export interface OrderStore {
  /** Stores a pending order with its intent to pay, and takes its idempotency key; or finds who has the key. */
  begin(order: NewOrder, request: IdempotentRequest | undefined): Promise<OrderRow | KnownRequest>;
  /** The order of this id, which must exist. */
  get(id: string): Promise<OrderRow>;
  /**
   * Moves an order out of `pending`; nothing else does. Whoever decides first decides for good, and where the order is
   * decided already it is given as it stands.
   */
  settle(id: string, outcome: OrderOutcome): Promise<OrderRow>;
}
