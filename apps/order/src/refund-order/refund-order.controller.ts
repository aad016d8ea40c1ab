import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import { Caller, Scopes, Sensitive } from '@waybill/auth';
import { type Refund, type RefundOrderBody, refundOrderBody, Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import { z } from 'zod';
import type { OrderDatabase } from '../database.js';
import { type Reply, send } from '../idempotency/answer.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.decorator.js';
import { orderNotFound } from '../orders/order.problems.js';
import { findRefund } from './find-refund.js';
import { toRefund } from './refund.js';
import { RefundOrder } from './refund-order.js';
import { refundNotFound, refundProblem } from './refund-order.problems.js';

const uuid = z.uuid();
/** No body at all is the same as an empty one. */
const body = z.preprocess((sent) => sent ?? {}, refundOrderBody);

/** Refunds of any order, by whoever may refund: `POST` 201 made, 402 declined, 409 given up, 202 not decided yet. */
@Controller('orders/:orderId/refunds')
export class RefundOrderController {
  constructor(
    private readonly refundOrder: RefundOrder,
    @InjectDatabase() private readonly db: OrderDatabase,
  ) {}

  /** The scopes are those of the whole flow: order's own, and payment's, which the caller's token has to carry on. */
  @Post()
  @Scopes(Scope.OrderRefund, Scope.PaymentRefund)
  @Sensitive()
  async create(
    @Caller() caller: Caller,
    @IdempotencyKey() key: string | undefined,
    @Param('orderId') orderId: string,
    @Body({ schema: body }) wanted: RefundOrderBody,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<object> {
    if (!uuid.safeParse(orderId).success) throw orderNotFound();
    const answer = await this.refundOrder.refund(caller, orderId, wanted, key).catch((error: unknown) => {
      throw refundProblem(error);
    });
    return send(reply, answer);
  }

  @Get(':id')
  @Scopes(Scope.OrderRefund)
  async read(@Param('orderId') orderId: string, @Param('id') id: string): Promise<Refund> {
    const refund = await findRefund(this.db, orderId, id);
    if (refund === undefined) throw refundNotFound();
    return toRefund(refund);
  }
}
