import { z } from 'zod';
import { sku } from './catalogue.contract.js';
import { pageOf } from './list.contract.js';
import { currency } from './money.js';
import { declineReason, paymentMethod, paymentStatus } from './payment.contract.js';

const quantity = z.int().min(1).max(100);

/** What `POST /place-order` takes: 1–50 lines of 1–100 pieces each, and how to pay. */
export const placeOrderBody = z.strictObject({
  items: z.array(z.strictObject({ sku, quantity })).min(1).max(50),
  paymentMethod,
});

/** The body of `POST /place-order`. */
export type PlaceOrderBody = z.infer<typeof placeOrderBody>;

/** A line of an order, at the price of the day it was placed. `unitPrice` is in minor units. */
export const orderLine = z.object({ sku, quantity, unitPrice: z.int().positive() });

/** A line of an order. */
export type OrderLine = z.infer<typeof orderLine>;

/** An order as order answers it. `payment` is null until payment has decided. */
export const order = z.object({
  id: z.uuid(),
  status: z.enum(['pending', 'confirmed', 'cancelled']),
  items: z.array(orderLine),
  total: z.object({ amount: z.int().positive(), currency }),
  payment: z.object({ id: z.uuid(), status: paymentStatus }).nullable(),
  createdAt: z.iso.datetime(),
});

/** An order. */
export type Order = z.infer<typeof order>;

/** What `GET /orders` answers: a page of the caller's own orders. */
export const orderPage = pageOf(order);

/** A page of orders. */
export type OrderPage = z.infer<typeof orderPage>;

/** How order answers when the charge was declined (402): problem details that name the order that was cancelled. */
export const orderDeclined = z.object({
  status: z.literal(402),
  code: z.literal('payment_declined'),
  detail: z.string(),
  declineReason,
  orderId: z.uuid(),
});
