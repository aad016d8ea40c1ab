import type { Books } from '../books.js';
import { type Evidence, healingSeconds } from '../evidence.js';
import type { Violation } from '../violation.js';

/** I3: an order that the gateway has charged is confirmed or given back in full, and was so within 30 s of healing. */
export function chargedIsConfirmed({ books, healedAt }: Evidence): Violation[] {
  const orders = new Map(books.orders.map((order) => [order.id, order]));
  const deadline = healedAt + healingSeconds * 1000;
  const givenBack = refundedInFull(books);
  return books.charges
    .filter(({ key, outcome }) => outcome === 'succeeded' && !givenBack.has(key))
    .flatMap(({ key: orderId }): Violation[] => {
      const order = orders.get(orderId);
      const says =
        order?.status === 'confirmed'
          ? late(order.decidedAt, deadline)
          : `the gateway has charged, and the order is ${order?.status ?? 'missing'}`;
      return says === undefined ? [] : [{ invariant: 'I3', orderId, says }];
    });
}

/** The orders of which the gateway has given back all that it had charged. */
function refundedInFull({ charges, payments, paymentRefunds, gatewayRefunds }: Books): Set<string> {
  const made = new Map(gatewayRefunds.map(({ key, outcome, amount }) => [key, outcome === 'succeeded' ? amount : 0]));
  const back = new Map<string, number>();
  for (const { id, of } of paymentRefunds) back.set(of, (back.get(of) ?? 0) + (made.get(id) ?? 0));
  const ofOrder = new Map(payments.map(({ id, orderId }) => [orderId, back.get(id)]));
  return new Set(charges.filter(({ key, amount }) => ofOrder.get(key) === amount).map(({ key }) => key));
}

function late(decidedAt: number | undefined, deadline: number): string | undefined {
  return decidedAt !== undefined && decidedAt > deadline
    ? `was confirmed ${(decidedAt - deadline) / 1000} s later than ${healingSeconds} s after healing`
    : undefined;
}
