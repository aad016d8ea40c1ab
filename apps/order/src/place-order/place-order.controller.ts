import { Body, Controller, HttpStatus, Post, Res } from '@nestjs/common';
import { Caller, Scopes } from '@waybill/auth';
import { type Order, Scope } from '@waybill/contracts';
import { ProblemException } from '@waybill/service-defaults';
import { toOrder } from '../orders/order.js';
import type { OrderRow } from '../orders/order.table.js';
import { type DraftOrder, draftOrder } from './draft-order.js';
import { PlaceOrder } from './place-order.js';

/** When a client may ask again what became of a pending order, seconds. */
const askAgainSeconds = 5;

/** What is needed of the answer that is being built. */
interface Reply {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
}

/** `POST /place-order`: 201 confirmed, 402 cancelled because the charge was declined, 202 not decided yet. */
@Controller('place-order')
export class PlaceOrderController {
  constructor(private readonly placeOrder: PlaceOrder) {}

  /** The scopes are those of the whole flow: order's own, and payment's, which the caller's token has to carry on. */
  @Post()
  @Scopes(Scope.OrderWrite, Scope.PaymentCreate)
  async place(
    @Caller() caller: Caller,
    @Body({ schema: draftOrder }) draft: DraftOrder,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<Order> {
    const order = await this.placeOrder.place(caller, draft);
    if (order.status === 'cancelled') throw declined(order);
    reply.header('Location', locationOf(order));
    if (order.status === 'pending') {
      reply.status(HttpStatus.ACCEPTED);
      reply.header('Retry-After', String(askAgainSeconds));
    }
    return toOrder(order);
  }
}

function declined(order: OrderRow): ProblemException {
  return new ProblemException(
    HttpStatus.PAYMENT_REQUIRED,
    'payment_declined',
    'The payment was declined',
    'The charge was declined and the order is cancelled. Place a new order with another payment method.',
    { orderId: order.id, declineReason: order.declineReason },
    { Location: locationOf(order) },
  );
}

function locationOf({ id }: OrderRow): string {
  return `/orders/${id}`;
}
