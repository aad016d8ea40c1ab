import type { RefundOrderBody } from '@waybill/contracts';
import { crashPoint } from '@waybill/service-defaults';
import type { Answer } from '../idempotency/answer.js';
import type { Idempotency } from '../idempotency/idempotency.js';
import { type IdempotentRequest, idempotentRequest, type KnownRequest } from '../idempotency/idempotent-request.js';
import type { Owner } from '../orders/owner.js';
import type { PaymentAnswer } from '../payment-hop/payment-answer.js';
import { decideRefund } from './decide-refund.js';
import { refundAnswer } from './refund.js';
import type { RefundRow } from './refund.table.js';
import type { NewRefund, RefundStore } from './refund-store.js';

/** How payment is asked for a refund, on the caller's own authority. */
export interface RefundHop {
  /** Says whether the caller's authority reaches payment, before anything is stored. @throws Refusal */
  ensureMayRefund(): Promise<void>;
  /** Does `work`, which ends by asking payment, unless payment is known to be away. @throws before it begins */
  admit<T extends object>(work: () => Promise<T>): Promise<T>;
  /** @throws HopRefusal, HopMisconfigured */
  refund(refund: RefundRow): Promise<PaymentAnswer>;
}

/** What refunding works with. */
export interface RefundOrderPorts {
  readonly refunds: RefundStore;
  readonly payment: RefundHop;
  readonly idempotency: Idempotency;
  /** Hears of refunds that stay pending, and why. */
  readonly onUndecided: (refund: RefundRow, reason: string) => void;
}

/** Gives money back: store the refund pending, have payment make it, settle it by what payment decided. */
export class RefundOrder {
  constructor(private readonly ports: RefundOrderPorts) {}

  /**
   * Without an amount, all that is left of the charge.
   * @throws Refusal, OrderUnknown, NotRefundable, ExceedsCharge, KeyReused, StillInFlight with
   * nothing stored; HopRefusal, HopMisconfigured with the refund pending
   */
  async refund(by: Owner, orderId: string, { amount }: RefundOrderBody, key?: string): Promise<Answer> {
    const { payment, idempotency, refunds } = this.ports;
    const request = idempotentRequest(by, '/orders/:id/refunds', key, [orderId, amount?.amount, amount?.currency]);
    return idempotency.answer(request, {
      carryOut: async (id) => {
        await payment.ensureMayRefund();
        return payment.admit(() => this.carryOut({ id, orderId, by, amount }, request));
      },
      answerFor: async (id) => refundAnswer(await refunds.get(id)),
    });
  }

  private async carryOut(wanted: NewRefund, request: IdempotentRequest | undefined): Promise<Answer | KnownRequest> {
    const { payment, refunds, onUndecided } = this.ports;
    const refund = await refunds.begin(wanted, request);
    if ('fingerprint' in refund) return refund;
    crashPoint('order.refund-stored');
    const decision = decideRefund(refund, await payment.refund(refund));
    if (decision.kind === 'undecided') {
      onUndecided(refund, decision.reason);
      return refundAnswer(refund);
    }
    crashPoint('order.refund-answered');
    return refundAnswer(await refunds.settle(refund.id, decision));
  }
}
