import { Injectable } from '@nestjs/common';
import type { CreatePaymentRefundBody } from '@waybill/contracts';
import { TimedGateway } from '../gateway/timed-gateway.js';
import type { DecidedRefund } from './payment-refund.js';
import type { RefundRow } from './refund.table.js';
import { RefundBooks } from './refund-books.js';
import { RefundDecision } from './refund-decision.js';

/** Who asks for a refund: the subject as its issuer names it. */
export type Requester = Pick<RefundRow, 'issuer' | 'subject'>;

/** A refund of this id exists, and is not the one that is asked for. */
export class RefundMismatch extends Error {
  override readonly name = 'RefundMismatch';
}

/** A refund's id was claimed for no refund, so none is ever made under it. */
export class RefundFenced extends Error {
  override readonly name = 'RefundFenced';
}

/** Gives money back, once for each refund id: claim the id and reserve the amount, ask the gateway, record what it decided. */
@Injectable()
export class Refund {
  constructor(
    private readonly books: RefundBooks,
    private readonly gateway: TimedGateway,
    private readonly decision: RefundDecision,
  ) {}

  /**
   * Asked again for the same refund, by whomever, it gives the same refund; an intent that was left open is taken up
   * where it stands.
   * @throws PaymentUnknown, PaymentNotRefundable, RefundExceedsCharge, RefundFenced, RefundMismatch, NoTimeLeft, GatewayOutcomeUnknown
   */
  async refund(requester: Requester, paymentId: string, body: CreatePaymentRefundBody): Promise<DecidedRefund> {
    this.gateway.demandTime();
    const refund = await this.openIntent(requester, paymentId, body);
    if (!isFor(refund, paymentId, body)) throw new RefundMismatch(body.refundId);
    return this.decision.of(refund);
  }

  /** Stores what is about to be given back, before the gateway hears of it; or finds what the id already stands for. */
  private async openIntent(
    { issuer, subject }: Requester,
    paymentId: string,
    { refundId: id, amount: money }: CreatePaymentRefundBody,
  ): Promise<RefundRow> {
    const opened = await this.books.open({ id, paymentId, issuer, subject, ...money });
    const refund = opened ?? (await this.books.find(id))?.attempt;
    if (refund === undefined) throw new Error(`Refund ${id} was claimed a moment ago, and is claimed by nobody.`);
    if (refund === null) throw new RefundFenced(id);
    return refund;
  }
}

function isFor(refund: RefundRow, paymentId: string, { amount }: CreatePaymentRefundBody): boolean {
  return refund.paymentId === paymentId && refund.amount === amount.amount && refund.currency === amount.currency;
}
