import type { PaymentRow } from '../payment/payment.table.js';

/** There is no payment of this id. */
export class PaymentUnknown extends Error {
  override readonly name = 'PaymentUnknown';
}

/** The payment was declined, or is not decided: there is no charge to give back. */
export class PaymentNotRefundable extends Error {
  override readonly name = 'PaymentNotRefundable';
}

/** More was asked for than is left of the charge. */
export class RefundExceedsCharge extends Error {
  override readonly name = 'RefundExceedsCharge';

  /** @param left what is neither given back nor reserved for another refund, in minor units */
  constructor(readonly left: number) {
    super(`${left} is left of the charge`);
  }
}

/** The gateway's name for the charge of a payment. @throws PaymentUnknown, PaymentNotRefundable */
export function chargeReferenceOf(payment: PaymentRow | undefined): string {
  if (payment === undefined) throw new PaymentUnknown();
  if (payment.gatewayReference === null) throw new PaymentNotRefundable();
  return payment.gatewayReference;
}

/** What is reserved for refunds once so much more is, in minor units. @throws RefundExceedsCharge */
export function reserved(payment: PaymentRow, amount: number): number {
  const left = payment.amount - payment.refunded - payment.refunding;
  if (amount > left) throw new RefundExceedsCharge(left);
  return payment.refunding + amount;
}

/** What a payment has given back, and has reserved for other refunds, once a refund of it is decided. */
export function settled(payment: PaymentRow, amount: number, made: boolean) {
  return { refunding: payment.refunding - amount, refunded: payment.refunded + (made ? amount : 0) };
}
