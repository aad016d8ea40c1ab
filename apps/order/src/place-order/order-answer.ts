import { type Answer, finalProblem, standing } from '../idempotency/answer.js';
import { toOrder } from '../orders/order.js';
import type { OrderRow } from '../orders/order.table.js';

/** When a client may ask again what became of a pending order, seconds. */
const askAgainSeconds = 5;

/** How placing an order is answered as the order stands: 201 confirmed, 402 or 409 cancelled, 202 not decided yet. */
export function orderAnswer(order: OrderRow): Answer {
  const location = { Location: `/orders/${order.id}` };
  switch (order.status) {
    case 'confirmed':
      return standing(toOrder(order), 201, location);
    case 'pending':
      return standing(toOrder(order), 202, { ...location, 'Retry-After': String(askAgainSeconds) });
    case 'cancelled':
      return finalProblem({ ...whyCancelled(order), headers: location }, '/place-order');
  }
}

function whyCancelled({ id: orderId, paymentId, declineReason }: OrderRow) {
  return paymentId === null
    ? {
        status: 409,
        code: 'order_cancelled',
        title: 'The order was cancelled',
        detail:
          'The order could not be charged in time and is cancelled. Nothing was charged: use a new key to order again.',
        extensions: { orderId },
      }
    : {
        status: 402,
        code: 'payment_declined',
        title: 'The payment was declined',
        detail: 'The charge was declined and the order is cancelled. Place a new order with another payment method.',
        extensions: { orderId, declineReason },
      };
}
