import { Injectable } from '@nestjs/common';
import { crashPoint } from '@waybill/service-defaults';
import { TimedGateway } from '../gateway/timed-gateway.js';
import { type DecidedRefund, isDecided } from './payment-refund.js';
import type { RefundRow } from './refund.table.js';
import { RefundBooks } from './refund-books.js';

/** Brings a refund to its decision, whoever began it: a refund does so, a repeated one, and a fence. */
@Injectable()
export class RefundDecision {
  constructor(
    private readonly books: RefundBooks,
    private readonly gateway: TimedGateway,
  ) {}

  /**
   * What the gateway decided. Where nothing is recorded yet it is asked, under the refund's id: an earlier request that
   * reached it made the decision already, and hears it again. @throws GatewayOutcomeUnknown
   */
  async of(refund: RefundRow): Promise<DecidedRefund> {
    if (isDecided(refund)) return refund;
    crashPoint('payment.refund-intent-stored');
    const { id: idempotencyKey, chargeReference, amount, currency } = refund;
    const outcome = await this.gateway.refund({ idempotencyKey, chargeReference, amount, currency });
    crashPoint('payment.refund-gateway-answered');
    const decided = await this.books.finish(refund.id, outcome);
    crashPoint('payment.refund-decided');
    return decided;
  }
}
