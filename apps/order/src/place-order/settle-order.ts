import { crashPoint } from '@waybill/service-defaults';
import type { OrderStore } from '../orders/order-store.js';
import type { PaymentAnswer } from '../payment-hop/payment-answer.js';
import { type Settlement, Unsettled } from '../settle/settlement.js';
import { decideByFence } from './decide.js';

/** How payment is asked, as the order service itself, what became of a charge; it makes every later charge impossible. */
export interface FenceCharge {
  fenceCharge(orderId: string): Promise<PaymentAnswer>;
}

/** Settles an order that was left pending: whatever happened before, payment's fence alone decides. */
export class SettleOrder implements Settlement {
  readonly kind = 'order';

  constructor(
    private readonly orders: OrderStore,
    private readonly payment: FenceCharge,
  ) {}

  /** Safe to repeat, and at the same time with itself and with the placing of the order. @throws Unsettled */
  async settle(id: string): Promise<void> {
    const order = await this.orders.get(id);
    if (order.status !== 'pending') return;
    const charge = { orderId: id, amount: { amount: order.total, currency: order.currency } };
    const decision = decideByFence(charge, await this.payment.fenceCharge(id));
    if (decision.kind === 'undecided') throw new Unsettled(decision.reason);
    crashPoint('order.settle-fenced');
    await this.orders.settle(id, decision);
  }
}
