import { ChargeBooks, type ChargeIntent } from '../charge/charge-books.js';
import type { Standing } from '../claim/claims.js';
import { type GatewayOutcome, recorded } from '../gateway/payment-gateway.js';
import { chargeEntries } from '../ledger/charge-entries.js';
import { type DecidedPayment, isDecided } from '../payment/payment.js';
import type { PaymentRow } from '../payment/payment.table.js';
import { type MemoryState, opened } from './memory-state.js';
import type { Step } from './simulated-process.js';

/** Records of charges in memory, with the atomicity of the database: a method is one step. */
export class MemoryChargeBooks extends ChargeBooks {
  constructor(
    protected readonly state: MemoryState,
    protected readonly step: Step,
  ) {
    super();
  }

  override open(intent: ChargeIntent): Promise<PaymentRow | undefined> {
    return this.step(`open the charge of ${intent.orderId}`, () =>
      this.state.claim(intent.orderId, 'charge') ? this.store(intent) : undefined,
    );
  }

  override find(orderId: string): Promise<Standing<PaymentRow> | undefined> {
    return this.step(`find the charge of ${orderId}`, () => {
      const payment = this.state.payments.get(orderId);
      return this.state.claims.has(orderId) ? { attempt: payment ? { ...payment } : null } : undefined;
    });
  }

  override finish(id: string, outcome: GatewayOutcome): Promise<DecidedPayment> {
    return this.step(`finish the charge ${id}`, () => {
      const payment = this.state.payment(id);
      if (payment?.status === 'pending') this.decide(payment, outcome);
      if (payment === undefined || !isDecided(payment)) throw new Error(`Payment ${id} is not decided.`);
      return { ...payment };
    });
  }

  protected store(intent: ChargeIntent): PaymentRow {
    const payment = { ...intent, ...opened, id: `payment-of-${intent.orderId}`, refunded: 0, refunding: 0 };
    this.state.payments.set(intent.orderId, payment);
    return { ...payment };
  }

  private decide(payment: PaymentRow, outcome: GatewayOutcome): void {
    Object.assign(payment, recorded(outcome), { decidedAt: new Date(0) });
    if (outcome.status === 'succeeded') this.state.ledger.push(...chargeEntries(payment));
  }
}
