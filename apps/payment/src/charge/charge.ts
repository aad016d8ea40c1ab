import { Injectable } from '@nestjs/common';
import type { CreatePaymentBody } from '@waybill/contracts';
import { TimedGateway } from '../gateway/timed-gateway.js';
import type { Payer } from '../payment/payer.js';
import type { DecidedPayment } from '../payment/payment.js';
import type { PaymentRow } from '../payment/payment.table.js';
import { ChargeBooks } from './charge-books.js';
import { ChargeDecision } from './charge-decision.js';

/** An order's payment exists, and is not the one that is asked for. */
export class PaymentMismatch extends Error {
  override readonly name = 'PaymentMismatch';
}

/** An order's id was claimed for no charge, so none is ever made for it. */
export class OrderFenced extends Error {
  override readonly name = 'OrderFenced';
}

/** Charges for an order, once: claim the order and store the intent, ask the gateway, record what it decided. */
@Injectable()
export class Charge {
  constructor(
    private readonly books: ChargeBooks,
    private readonly gateway: TimedGateway,
    private readonly decision: ChargeDecision,
  ) {}

  /**
   * Asked again by the same payer for the same charge, it gives the same payment; an intent that was left open (a crash,
   * a gateway without an answer) is taken up where it stands.
   * @throws OrderFenced, PaymentMismatch, NoTimeLeft, GatewayOutcomeUnknown
   */
  async charge(payer: Payer, body: CreatePaymentBody): Promise<DecidedPayment> {
    this.gateway.demandTime();
    const payment = await this.openIntent(payer, body);
    if (!isFor(payment, payer, body)) throw new PaymentMismatch(body.orderId);
    return this.decision.of(payment);
  }

  /** Stores what is about to be charged, before the gateway hears of it; or finds what the order already has. */
  private async openIntent({ issuer, subject }: Payer, body: CreatePaymentBody): Promise<PaymentRow> {
    const { orderId, paymentMethod, amount: money } = body;
    const opened = await this.books.open({ orderId, issuer, subject, ...money, paymentMethod });
    const payment = opened ?? (await this.books.find(orderId))?.attempt;
    if (payment === undefined) throw new Error(`Order ${orderId} was claimed a moment ago, and is claimed by nobody.`);
    if (payment === null) throw new OrderFenced(orderId);
    return payment;
  }
}

/** Whether an order's payment is the one that is asked for: same payer, same amount, same method. */
function isFor(payment: PaymentRow, payer: Payer, body: CreatePaymentBody): boolean {
  return (
    payment.issuer === payer.issuer &&
    payment.subject === payer.subject &&
    payment.amount === body.amount.amount &&
    payment.currency === body.amount.currency &&
    payment.paymentMethod === body.paymentMethod
  );
}
