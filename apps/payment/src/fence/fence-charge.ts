import { Injectable } from '@nestjs/common';
import type { ChargeFence } from '@waybill/contracts';
import { crashPoint } from '@waybill/service-defaults';
import { ChargeBooks } from '../charge/charge-books.js';
import { ChargeDecision } from '../charge/charge-decision.js';
import { Claims } from '../claim/claims.js';
import { TimedGateway } from '../gateway/timed-gateway.js';
import { type DecidedPayment, isDecided, toPayment } from '../payment/payment.js';

/** Settles what becomes of an order's charge, for good. */
@Injectable()
export class FenceCharge {
  constructor(
    private readonly claims: Claims,
    private readonly books: ChargeBooks,
    private readonly gateway: TimedGateway,
    private readonly decision: ChargeDecision,
  ) {}

  /**
   * Makes sure that no further charge is ever made for an order, and says whether there is one. An open intent is
   * brought to its decision first. @throws NoTimeLeft, GatewayOutcomeUnknown; nothing is settled then
   */
  async settle(orderId: string): Promise<ChargeFence> {
    this.gateway.demandTime();
    await this.claims.fence(orderId);
    crashPoint('payment.fenced');
    const standing = await this.books.find(orderId);
    if (standing === undefined) throw new Error(`Order ${orderId} was fenced a moment ago, and is claimed by nobody.`);
    return fenceOf(orderId, standing.attempt && (await this.decision.of(standing.attempt)));
  }

  /** What has been settled; undefined where nothing has. Changes nothing. */
  async read(orderId: string): Promise<ChargeFence | undefined> {
    const standing = await this.books.find(orderId);
    if (standing === undefined) return undefined;
    const { attempt } = standing;
    return attempt === null || isDecided(attempt) ? fenceOf(orderId, attempt) : undefined;
  }
}

function fenceOf(orderId: string, payment: DecidedPayment | null): ChargeFence {
  return {
    orderId,
    outcome: payment?.status === 'succeeded' ? 'charged' : 'not_charged',
    payment: payment && toPayment(payment),
    declineReason: payment?.declineReason ?? null,
  };
}
