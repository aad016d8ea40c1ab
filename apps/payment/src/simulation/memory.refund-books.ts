import type { Standing } from '../claim/claims.js';
import { type GatewayOutcome, recorded } from '../gateway/payment-gateway.js';
import { refundEntries } from '../ledger/refund-entries.js';
import type { PaymentRow } from '../payment/payment.table.js';
import { type DecidedRefund, isDecided } from '../refund/payment-refund.js';
import type { RefundRow } from '../refund/refund.table.js';
import { RefundBooks, type RefundIntent } from '../refund/refund-books.js';
import { chargeReferenceOf, reserved, settled } from '../refund/refundable.js';
import { type MemoryState, opened } from './memory-state.js';
import type { Step } from './simulated-process.js';

/** Records of refunds in memory, with the atomicity of the database: a method is one step. */
export class MemoryRefundBooks extends RefundBooks {
  constructor(
    protected readonly state: MemoryState,
    protected readonly step: Step,
  ) {
    super();
  }

  override open(intent: RefundIntent): Promise<RefundRow | undefined> {
    return this.step(`open the refund ${intent.id}`, () => {
      const payment = this.state.payment(intent.paymentId);
      const chargeReference = chargeReferenceOf(payment);
      if (this.state.claims.has(intent.id)) return undefined;
      if (payment) payment.refunding = this.reserved(payment, intent.amount);
      this.state.claim(intent.id, 'refund');
      const refund = { ...intent, ...opened, chargeReference };
      this.state.refunds.set(intent.id, refund);
      return { ...refund };
    });
  }

  override find(id: string): Promise<Standing<RefundRow> | undefined> {
    return this.step(`find the refund ${id}`, () => {
      const refund = this.state.refunds.get(id);
      return this.state.claims.has(id) ? { attempt: refund ? { ...refund } : null } : undefined;
    });
  }

  override finish(id: string, outcome: GatewayOutcome): Promise<DecidedRefund> {
    return this.step(`finish the refund ${id}`, () => {
      const refund = this.state.refunds.get(id);
      if (refund?.status === 'pending') this.decide(refund, outcome);
      if (refund === undefined || !isDecided(refund)) throw new Error(`Refund ${id} is not decided.`);
      return { ...refund };
    });
  }

  protected reserved(payment: PaymentRow, amount: number): number {
    return reserved(payment, amount);
  }

  private decide(refund: RefundRow, outcome: GatewayOutcome): void {
    const payment = this.state.payment(refund.paymentId);
    if (payment === undefined) throw new Error(`Refund ${refund.id} is of no payment.`);
    const made = outcome.status === 'succeeded';
    Object.assign(refund, recorded(outcome), { decidedAt: new Date(0) });
    Object.assign(payment, settled(payment, refund.amount, made));
    if (made) this.state.ledger.push(...refundEntries(refund));
  }
}
