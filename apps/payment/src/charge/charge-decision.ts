import { Injectable } from '@nestjs/common';
import { crashPoint } from '@waybill/service-defaults';
import { TimedGateway } from '../gateway/timed-gateway.js';
import { type DecidedPayment, isDecided } from '../payment/payment.js';
import type { PaymentRow } from '../payment/payment.table.js';
import { ChargeBooks } from './charge-books.js';

/** Brings a charge to its decision, whoever began it: a charge does so, a repeated one, and a fence. */
@Injectable()
export class ChargeDecision {
  constructor(
    private readonly books: ChargeBooks,
    private readonly gateway: TimedGateway,
  ) {}

  /**
   * What the gateway decided. Where nothing is recorded yet it is asked, under the order's id: an earlier request that
   * reached it made the decision already, and hears it again. @throws GatewayOutcomeUnknown
   */
  async of(payment: PaymentRow): Promise<DecidedPayment> {
    if (isDecided(payment)) return payment;
    crashPoint('payment.intent-stored');
    const { orderId: idempotencyKey, amount, currency, paymentMethod } = payment;
    const outcome = await this.gateway.charge({ idempotencyKey, amount, currency, paymentMethod });
    crashPoint('payment.gateway-answered');
    const decided = await this.books.finish(payment.id, outcome);
    crashPoint('payment.decided');
    return decided;
  }
}
