import type { Standing } from '../claim/claims.js';
import type { GatewayOutcome } from '../gateway/payment-gateway.js';
import type { DecidedPayment } from '../payment/payment.js';
import type { PaymentRow } from '../payment/payment.table.js';

/** What is about to be charged, for whom. */
export type ChargeIntent = Pick<PaymentRow, 'orderId' | 'issuer' | 'subject' | 'amount' | 'currency' | 'paymentMethod'>;

/** The port to the records of charges. Each method is one transaction: all of it happens, or nothing. */
export abstract class ChargeBooks {
  /** Claims the order for a charge and stores the intent; undefined, and nothing stored, where the order is claimed. */
  abstract open(intent: ChargeIntent): Promise<PaymentRow | undefined>;

  /** What has become of an order; undefined where nobody has claimed it. */
  abstract find(orderId: string): Promise<Standing<PaymentRow> | undefined>;

  /**
   * Records what the gateway decided, and the ledger entries with it. Only an open intent is finished: where somebody
   * else was first, nothing is posted again and what was recorded then is the answer.
   */
  abstract finish(id: string, outcome: GatewayOutcome): Promise<DecidedPayment>;
}
