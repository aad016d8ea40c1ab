import { Controller, Get, HttpStatus, Param } from '@nestjs/common';
import { Caller, Scopes } from '@waybill/auth';
import { type Payment, Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import { ProblemException } from '@waybill/service-defaults';
import type { PaymentDatabase } from '../database.js';
import { findPayment } from './find-payment.js';
import { isDecided, toPayment } from './payment.js';

/** The caller's own payments. Another's payment is answered as one that does not exist. */
@Controller('payments')
export class PaymentsController {
  constructor(@InjectDatabase() private readonly db: PaymentDatabase) {}

  @Get(':id')
  @Scopes(Scope.PaymentRead)
  async read(@Caller() caller: Caller, @Param('id') id: string): Promise<Payment> {
    const payment = await findPayment(this.db, caller, id);
    if (payment === undefined || !isDecided(payment)) throw notFound();
    return toPayment(payment);
  }
}

function notFound(): ProblemException {
  return new ProblemException(
    HttpStatus.NOT_FOUND,
    'payment_not_found',
    'No such payment',
    'You have no payment with this id.',
  );
}
