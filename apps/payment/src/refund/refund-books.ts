import type { Standing } from '../claim/claims.js';
import type { GatewayOutcome } from '../gateway/payment-gateway.js';
import type { DecidedRefund } from './payment-refund.js';
import type { RefundRow } from './refund.table.js';

/** What is about to be given back, and who asked. */
export type RefundIntent = Pick<RefundRow, 'id' | 'paymentId' | 'issuer' | 'subject' | 'amount' | 'currency'>;

/** The port to the records of refunds. Each method is one transaction: all of it happens, or nothing. */
export abstract class RefundBooks {
  /**
   * Claims the refund's id, reserves its amount of the charge, and stores the intent; undefined, and nothing stored,
   * where the id is claimed. @throws PaymentUnknown, PaymentNotRefundable, RefundExceedsCharge; nothing is stored then
   */
  abstract open(intent: RefundIntent): Promise<RefundRow | undefined>;

  /** What has become of a refund's id; undefined where nobody has claimed it. */
  abstract find(id: string): Promise<Standing<RefundRow> | undefined>;

  /**
   * Records what the gateway decided, what it means to the payment, and the ledger entries. Only an open intent is
   * finished: where somebody else was first, what was recorded then is the answer.
   */
  abstract finish(id: string, outcome: GatewayOutcome): Promise<DecidedRefund>;
}
