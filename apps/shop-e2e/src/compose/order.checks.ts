import { partialDeepStrictEqual } from 'node:assert/strict';
import type { Check } from './check.js';
import { send } from './curl.js';
import { findOrder, placeOrder, signIn } from './customer.js';

/** Orders are placed and paid through the published ports. */
export const orderChecks: readonly Check[] = [
  {
    rule: 'alice signs in and places an order; payment has charged it',
    async holds(stack) {
      const token = await signIn(stack, 'alice');
      const order = await placeOrder(stack, token);
      await findOrder(stack, token, order);
      const { status, body } = await send(`${stack.url('payment')}/payments/${order.payment.id}`, { token });
      const amount = { amount: 3998, currency: 'EUR' };
      partialDeepStrictEqual(
        { status, body },
        { status: 200, body: { orderId: order.id, status: 'succeeded', amount } },
      );
      return `201, payment ${order.payment.id}`;
    },
  },
];
