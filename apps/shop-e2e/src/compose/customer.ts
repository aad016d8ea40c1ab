import { deepStrictEqual, partialDeepStrictEqual, strictEqual } from 'node:assert/strict';
import { demoPassword } from '@waybill/contracts';
import { type Answer, send } from './curl.js';
import type { Stack } from './stack.js';

/** An order of two books. */
export const books = { items: [{ sku: 'BOOK-1', quantity: 2 }], paymentMethod: 'pm_card_visa' };

/** An order that was placed, as it was answered. */
export type PlacedOrder = Answer['body'] & { id: string; payment: { id: string } };

/** Signs a demo account in and gives the access token. */
export async function signIn(stack: Stack, username: string, scope?: string): Promise<string> {
  const json = { username, password: demoPassword, scope };
  const { status, body } = await send(`${stack.url('auth')}/login`, { json });
  strictEqual(status, 200);
  return String(body.access_token);
}

/** Tries to place an order. */
export function tryToOrder(stack: Stack, token?: string): Promise<Answer> {
  return send(`${stack.url('order')}/place-order`, { json: books, ...(token && { token }) });
}

/** Places an order that has to be confirmed and paid. */
export async function placeOrder(stack: Stack, token: string): Promise<PlacedOrder> {
  const { status, body, headers } = await tryToOrder(stack, token);
  const total = { amount: 3998, currency: 'EUR' };
  partialDeepStrictEqual(
    { status, body },
    { status: 201, body: { status: 'confirmed', total, payment: { status: 'succeeded' } } },
  );
  strictEqual(headers.location, `/orders/${body.id}`);
  return body as PlacedOrder;
}

/** Reads an order back, which has to be as it was when it was placed. */
export async function findOrder(stack: Stack, token: string, placed: PlacedOrder): Promise<void> {
  const { status, body } = await send(`${stack.url('order')}/orders/${placed.id}`, { token });
  deepStrictEqual({ status, body }, { status: 200, body: placed });
}
