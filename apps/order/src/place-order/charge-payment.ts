import { Injectable } from '@nestjs/common';
import { HopUnknown, ServiceClient } from '@waybill/auth';
import { Audience, type CreatePaymentBody } from '@waybill/contracts';
import type { OrderRow } from '../orders/order.table.js';
import type { PaymentAnswer } from './decide.js';

/** Asks payment to charge for an order, on the caller's own authority. */
@Injectable()
export class ChargePayment {
  constructor(private readonly services: ServiceClient) {}

  /** Says whether the caller's authority reaches payment, before anything is stored. @throws AudienceMissing, TokenInvalid */
  ensureAllowed(): void {
    this.services.to(Audience.Payment).ensureRelayable();
  }

  /** The order's id is the idempotency key: asked again, payment charges no second time. @throws HopRefusal, HopMisconfigured */
  async charge(order: OrderRow): Promise<PaymentAnswer> {
    const { id: orderId, paymentMethod } = order;
    const body: CreatePaymentBody = {
      orderId,
      amount: { amount: order.total, currency: order.currency },
      paymentMethod,
    };
    const request = { method: 'POST', path: '/payments', body, idempotencyKey: orderId } as const;
    try {
      return await this.services.to(Audience.Payment).request(request);
    } catch (error) {
      if (error instanceof HopUnknown) return { lost: error.reason };
      throw error;
    }
  }
}
