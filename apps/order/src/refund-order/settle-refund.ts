import type { PaymentAnswer } from '../payment-hop/payment-answer.js';
import { type Settlement, Unsettled } from '../settle/settlement.js';
import { decideRefundByFence } from './decide-refund.js';
import type { RefundStore } from './refund-store.js';

/** How payment is asked, as the order service itself, what became of a refund; it will never be made later. */
export interface FenceRefund {
  fenceRefund(refundId: string): Promise<PaymentAnswer>;
}

/** Settles a refund that was left pending: payment's fence alone decides. */
export class SettleRefund implements Settlement {
  readonly kind = 'refund';

  constructor(
    private readonly refunds: RefundStore,
    private readonly payment: FenceRefund,
  ) {}

  /** Safe to repeat, and at the same time with itself and with the making of the refund. @throws Unsettled */
  async settle(id: string): Promise<void> {
    const refund = await this.refunds.get(id);
    if (refund.status !== 'pending') return;
    const decision = decideRefundByFence(refund, await this.payment.fenceRefund(id));
    if (decision.kind === 'undecided') throw new Unsettled(decision.reason);
    await this.refunds.settle(id, decision);
  }
}
