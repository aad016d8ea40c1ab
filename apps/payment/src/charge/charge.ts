import { Injectable } from '@nestjs/common';
import type { CreatePaymentBody } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import type { PaymentDatabase } from '../database.js';
import { PaymentGateway } from '../gateway/payment-gateway.js';
import type { Payer } from '../payment/payer.js';
import { type DecidedPayment, isDecided } from '../payment/payment.js';
import { finish } from './finish.js';
import { isFor, openIntent } from './open-intent.js';

/** An order's payment exists, and is not the one that is asked for. */
export class PaymentMismatch extends Error {
  override readonly name = 'PaymentMismatch';
}

/** Charges for an order, once: store the intent, ask the gateway, record what it decided. */
@Injectable()
export class Charge {
  constructor(
    @InjectDatabase() private readonly db: PaymentDatabase,
    private readonly gateway: PaymentGateway,
  ) {}

  /**
   * Asked again by the same payer for the same charge, it gives the same payment; an intent that was left open (a crash,
   * a gateway without an answer) is taken up where it stands, under the same key at the gateway.
   * @throws PaymentMismatch, GatewayOutcomeUnknown
   */
  async charge(payer: Payer, body: CreatePaymentBody): Promise<DecidedPayment> {
    const payment = await openIntent(this.db, payer, body);
    if (!isFor(payment, payer, body)) throw new PaymentMismatch(body.orderId);
    if (isDecided(payment)) return payment;
    const outcome = await this.gateway.charge({
      idempotencyKey: payment.orderId,
      paymentMethod: payment.paymentMethod,
      amount: payment.amount,
      currency: payment.currency,
    });
    return finish(this.db, payment.id, outcome);
  }
}
