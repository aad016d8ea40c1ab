import { Body, Controller, Post, Res } from '@nestjs/common';
import { Caller, Scopes, Sensitive } from '@waybill/auth';
import { Scope } from '@waybill/contracts';
import { type Reply, send } from '../idempotency/answer.js';
import { idempotencyProblem } from '../idempotency/idempotency.problems.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.decorator.js';
import { type DraftOrder, draftOrder } from './draft-order.js';
import { PlaceOrder } from './place-order.js';

/** `POST /place-order`: 201 confirmed, 402 or 409 cancelled, 202 not decided yet; the same again for the same key. */
@Controller('place-order')
export class PlaceOrderController {
  constructor(private readonly placeOrder: PlaceOrder) {}

  /** The scopes are those of the whole flow: order's own, and payment's, which the caller's token has to carry on. */
  @Post()
  @Scopes(Scope.OrderWrite, Scope.PaymentCreate)
  @Sensitive()
  async place(
    @Caller() caller: Caller,
    @IdempotencyKey() key: string | undefined,
    @Body({ schema: draftOrder }) draft: DraftOrder,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<object> {
    const answer = await this.placeOrder.place(caller, draft, key).catch((error: unknown) => {
      throw idempotencyProblem(error);
    });
    return send(reply, answer);
  }
}
