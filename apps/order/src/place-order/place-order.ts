import { crashPoint } from '@waybill/service-defaults';
import type { Answer } from '../idempotency/answer.js';
import type { Idempotency } from '../idempotency/idempotency.js';
import { type IdempotentRequest, idempotentRequest, type KnownRequest } from '../idempotency/idempotent-request.js';
import type { OrderRow } from '../orders/order.table.js';
import type { OrderStore } from '../orders/order-store.js';
import type { Owner } from '../orders/owner.js';
import type { PaymentAnswer } from '../payment-hop/payment-answer.js';
import { decide } from './decide.js';
import type { DraftOrder } from './draft-order.js';
import { orderAnswer } from './order-answer.js';

/** How payment is asked to charge, on the caller's own authority. */
export interface ChargeHop {
  /** Says whether the caller's authority reaches payment, before anything is stored. @throws Refusal */
  ensureMayCharge(): Promise<void>;
  /** Does `work`, which ends by asking payment, unless payment is known to be away. @throws PaymentAway before it begins */
  admit<T extends object>(work: () => Promise<T>): Promise<T>;
  /** @throws HopRefusal, HopMisconfigured */
  charge(order: OrderRow): Promise<PaymentAnswer>;
}

/** What placing an order works with. */
export interface PlaceOrderPorts {
  readonly orders: OrderStore;
  readonly payment: ChargeHop;
  readonly idempotency: Idempotency;
  /** Hears of orders that stay pending, and why. */
  readonly onUndecided: (order: OrderRow, reason: string) => void;
}

/** Places an order: store it pending, have payment charge, settle it by what payment decided. */
export class PlaceOrder {
  constructor(private readonly ports: PlaceOrderPorts) {}

  /**
   * Whatever ends it before a decision (a crash, a refusal by payment, silence) leaves the order pending, which is the
   * truth about it, and what `SettleOrder` looks for.
   * @throws Refusal, PaymentAway, KeyReused, StillInFlight with nothing stored; HopRefusal,
   * HopMisconfigured with the order pending
   */
  async place(owner: Owner, draft: DraftOrder, key?: string): Promise<Answer> {
    const { payment, idempotency, orders } = this.ports;
    const request = idempotentRequest(owner, '/place-order', key, asked(draft));
    return idempotency.answer(request, {
      carryOut: async (id) => {
        await payment.ensureMayCharge();
        return payment.admit(() => this.carryOut(id, owner, draft, request));
      },
      answerFor: async (id) => orderAnswer(await orders.get(id)),
    });
  }

  /** Nothing is held open across the call. */
  private async carryOut(
    id: string,
    owner: Owner,
    draft: DraftOrder,
    request: IdempotentRequest | undefined,
  ): Promise<Answer | KnownRequest> {
    const { payment, orders, onUndecided } = this.ports;
    const order = await orders.begin({ id, owner, draft }, request);
    if ('fingerprint' in order) return order;
    crashPoint('order.stored');
    const decision = decide({ orderId: id, amount: draft.total }, await payment.charge(order));
    if (decision.kind === 'undecided') {
      onUndecided(order, decision.reason);
      return orderAnswer(order);
    }
    crashPoint('order.charged');
    const settled = await orders.settle(id, decision);
    crashPoint('order.settled');
    return orderAnswer(settled);
  }
}

/** What makes two requests the same: not the prices, which may change between them. */
function asked({ items, paymentMethod }: DraftOrder): unknown {
  return [items.map(({ sku, quantity }) => [sku, quantity]), paymentMethod];
}
