import { Body, Controller, Param, Post } from '@nestjs/common';
import { Caller, Scopes, Sensitive } from '@waybill/auth';
import { type CreatePaymentRefundBody, createPaymentRefundBody, type PaymentRefund, Scope } from '@waybill/contracts';
import { idParameter } from '../id-parameter.js';
import { toPaymentRefund } from './payment-refund.js';
import { Refund } from './refund.js';
import { declined, problemOf } from './refund.problems.js';

/** `POST /payments/:id/refunds`: 201 given back, 402 declined; the same again for the same refund id. */
@Controller('payments')
export class RefundController {
  constructor(private readonly refund: Refund) {}

  /** Only order may ask, signed, and only on behalf of a caller who may refund; whose payment it is does not matter. */
  @Post(':id/refunds')
  @Scopes(Scope.PaymentRefund)
  @Sensitive({ signature: { callers: ['order'] } })
  async create(
    @Caller() caller: Caller,
    @Param('id', { schema: idParameter }) paymentId: string,
    @Body({ schema: createPaymentRefundBody }) body: CreatePaymentRefundBody,
  ): Promise<PaymentRefund> {
    const refund = await this.refund.refund(caller, paymentId, body).catch((error: unknown) => {
      throw problemOf(error);
    });
    if (refund.status === 'declined') throw declined(refund);
    return toPaymentRefund(refund);
  }
}
