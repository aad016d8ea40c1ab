import { Injectable } from '@nestjs/common';
import type { RefundFence } from '@waybill/contracts';
import { crashPoint } from '@waybill/service-defaults';
import { Claims } from '../claim/claims.js';
import { TimedGateway } from '../gateway/timed-gateway.js';
import { type DecidedRefund, isDecided, toPaymentRefund } from '../refund/payment-refund.js';
import { RefundBooks } from '../refund/refund-books.js';
import { RefundDecision } from '../refund/refund-decision.js';

/** Settles what becomes of a refund, for good. */
@Injectable()
export class FenceRefund {
  constructor(
    private readonly claims: Claims,
    private readonly books: RefundBooks,
    private readonly gateway: TimedGateway,
    private readonly decision: RefundDecision,
  ) {}

  /**
   * Makes sure that nothing further is ever given back under a refund's id, and says whether anything was. An open intent
   * is brought to its decision first. @throws NoTimeLeft, GatewayOutcomeUnknown; nothing is settled then
   */
  async settle(refundId: string): Promise<RefundFence> {
    this.gateway.demandTime();
    await this.claims.fence(refundId);
    crashPoint('payment.fenced');
    const standing = await this.books.find(refundId);
    if (standing === undefined)
      throw new Error(`Refund ${refundId} was fenced a moment ago, and is claimed by nobody.`);
    return fenceOf(refundId, standing.attempt && (await this.decision.of(standing.attempt)));
  }

  /** What has been settled; undefined where nothing has. Changes nothing. */
  async read(refundId: string): Promise<RefundFence | undefined> {
    const standing = await this.books.find(refundId);
    if (standing === undefined) return undefined;
    const { attempt } = standing;
    return attempt === null || isDecided(attempt) ? fenceOf(refundId, attempt) : undefined;
  }
}

function fenceOf(refundId: string, refund: DecidedRefund | null): RefundFence {
  return {
    refundId,
    outcome: refund?.status === 'succeeded' ? 'refunded' : 'not_refunded',
    refund: refund && toPaymentRefund(refund),
    declineReason: refund?.declineReason ?? null,
  };
}
