import type { Evidence } from '../evidence.js';
import type { Violation } from '../violation.js';

/** Nothing is left open 30 s after healing: no order, no payment, no refund, and nobody's question. */
export function nothingPending({ books, unsettled }: Evidence): Violation[] {
  const open = ({ status }: { status: string }) => status === 'pending';
  return [
    ...books.orders.filter(open).map(({ id }) => said(id, 'is pending')),
    ...books.payments.filter(open).map(({ id, orderId }) => said(orderId, `its payment ${id} is pending`)),
    ...books.orderRefunds.filter(open).map(({ id, of }) => said(of, `its refund ${id} is pending`)),
    ...books.paymentRefunds
      .filter(open)
      .map(({ id, of }) => said(undefined, `refund ${id} of payment ${of} is pending`)),
    ...unsettled.map((wish) =>
      said(
        wish.kind === 'refund' ? wish.orderId : undefined,
        `the ${wish.kind} with key ${wish.key} still has no final answer`,
      ),
    ),
  ];
}

function said(orderId: string | undefined, says: string): Violation {
  return { invariant: 'pending', orderId, says };
}
