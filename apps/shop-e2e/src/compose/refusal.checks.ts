import { deepStrictEqual, ok } from 'node:assert/strict';
import type { Check } from './check.js';
import { type Answer, send } from './curl.js';
import { signIn, tryToOrder } from './customer.js';
import type { Stack } from './stack.js';

const lacksScope = {
  status: 403,
  code: 'insufficient_scope',
  challenge: 'Bearer realm="order.service", error="insufficient_scope", scope="order.write payment.create"',
};
const badToken = {
  status: 401,
  code: 'invalid_token',
  challenge: 'Bearer realm="order.service", error="invalid_token"',
};

/** Who may not order is refused, with the challenge that says no more than is due. */
export const refusalChecks: readonly Check[] = [
  {
    rule: 'bob may only look: 403, both scopes named',
    holds: async (stack) => refused(await tryToOrder(stack, await signIn(stack, 'bob')), lacksScope),
  },
  {
    rule: 'carol may not pay: 403, both scopes named',
    holds: async (stack) => refused(await tryToOrder(stack, await signIn(stack, 'carol')), lacksScope),
  },
  {
    rule: 'no token: 401, a challenge without error',
    holds: async (stack) =>
      refused(await tryToOrder(stack), {
        status: 401,
        code: 'credentials_missing',
        challenge: 'Bearer realm="order.service"',
      }),
  },
  {
    rule: 'a tampered token: 401',
    holds: async (stack) => refused(await tryToOrder(stack, tampered(await signIn(stack, 'alice'))), badToken),
  },
  {
    rule: 'a token for another audience: 401',
    holds: async (stack) => refused(await tryToOrder(stack, await signIn(stack, 'alice', 'payment.create')), badToken),
  },
  {
    rule: "payment without order's signature: 401",
    holds: payAroundOrder,
  },
];

async function payAroundOrder(stack: Stack): Promise<string> {
  const orderId = '0197f3a0-0000-7000-8000-000000000000';
  const json = { orderId, amount: { amount: 1, currency: 'EUR' }, paymentMethod: 'pm_card_visa' };
  const answer = await send(`${stack.url('payment')}/payments`, { token: await signIn(stack, 'alice'), json });
  ok(answer.headers['accept-signature'], 'The answer has no Accept-Signature.');
  return refused(answer, { status: 401, code: 'signature_invalid', challenge: 'Bearer realm="payment.service"' });
}

function refused({ status, headers, body }: Answer, expected: { status: number; code: string; challenge: string }) {
  deepStrictEqual({ status, code: body.code, challenge: headers['www-authenticate'] }, expected);
  return `${status} ${body.code}`;
}

/** The token with another subject in it, and the signature that it had. */
function tampered(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url');
  return [header, changed, signature].join('.');
}
