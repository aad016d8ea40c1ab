import type { Money } from '@waybill/contracts';
import type { IdempotentRequest, KnownRequest } from '../idempotency/idempotent-request.js';
import type { Owner } from '../orders/owner.js';
import type { RefundRow } from './refund.table.js';

/** A refund that is to be stored, under an id that was chosen for it. */
export interface NewRefund {
  readonly id: string;
  readonly orderId: string;
  /** Who asks for it. */
  readonly by: Owner;
  /** Absent: all that is left. */
  readonly amount?: Money | undefined;
}

/** What became of a refund, for good. */
export type RefundOutcome =
  | { readonly kind: 'refunded' }
  | { readonly kind: 'declined'; readonly declineReason: string }
  /** Nothing was given back, and nothing ever will be. */
  | { readonly kind: 'not_refunded' };

/** There is no such order. */
export class OrderUnknown extends Error {
  override readonly name = 'OrderUnknown';
}

/** The order was not charged, so there is nothing to give back. */
export class NotRefundable extends Error {
  override readonly name = 'NotRefundable';
}

/** More is asked for than is left of the charge; `left` is in minor units. */
export class ExceedsCharge extends Error {
  override readonly name = 'ExceedsCharge';

  constructor(readonly left: number) {
    super(`${left} left`);
  }
}

/** Where refunds are kept. Each method is one transaction. */
export interface RefundStore {
  /**
   * Stores a pending refund, and takes its idempotency key; or finds who has the key.
   * @throws OrderUnknown, NotRefundable, ExceedsCharge with nothing stored
   */
  begin(refund: NewRefund, request: IdempotentRequest | undefined): Promise<RefundRow | KnownRequest>;
  /** The refund of this id, which must exist. */
  get(id: string): Promise<RefundRow>;
  /** Moves a refund out of `pending`, and the order's payment with it. Whoever decides first decides for good. */
  settle(id: string, outcome: RefundOutcome): Promise<RefundRow>;
}
