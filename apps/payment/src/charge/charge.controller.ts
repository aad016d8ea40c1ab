import { Body, Controller, Post, Res } from '@nestjs/common';
import { Caller, Scopes, Sensitive } from '@waybill/auth';
import { type CreatePaymentBody, createPaymentBody, type Payment, Scope } from '@waybill/contracts';
import { toPayment } from '../payment/payment.js';
import { Charge } from './charge.js';
import { declined, problemOf } from './charge.problems.js';

/** What is needed of the answer that is being built. */
interface Reply {
  header(name: string, value: string): unknown;
}

/** `POST /payments`: 201 charged, 402 declined; the same again for the same order. */
@Controller('payments')
export class ChargeController {
  constructor(private readonly charge: Charge) {}

  /** Only order may ask, signed, and only on behalf of a caller who may pay: neither suffices alone. */
  @Post()
  @Scopes(Scope.PaymentCreate)
  @Sensitive({ signature: { callers: ['order'] } })
  async create(
    @Caller() caller: Caller,
    @Body({ schema: createPaymentBody }) body: CreatePaymentBody,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<Payment> {
    const payment = await this.charge.charge(caller, body).catch((error: unknown) => {
      throw problemOf(error);
    });
    if (payment.status === 'declined') throw declined(payment);
    reply.header('Location', `/payments/${payment.id}`);
    return toPayment(payment);
  }
}
