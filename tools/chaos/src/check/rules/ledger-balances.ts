import { type Evidence, isCharged, sum } from '../evidence.js';
import type { Violation } from '../violation.js';

/** I4: the ledger sums to zero, as a whole and for each payment, and says of the gateway's account what its own books say. */
export function ledgerBalances({ books }: Evidence): Violation[] {
  const entries = Map.groupBy(books.ledger, ({ paymentId }) => paymentId);
  const refunds = Map.groupBy(
    books.paymentRefunds.filter(({ status }) => status === 'succeeded'),
    ({ of }) => of,
  );
  const known = new Set(books.payments.map(({ id }) => id));
  const strangers = [...entries.keys()].filter((id) => !known.has(id));
  return [
    ...(sum(books.ledger) === 0 ? [] : [said(undefined, `the ledger as a whole sums to ${sum(books.ledger)}`)]),
    ...strangers.map((id) => said(undefined, `the ledger has entries of a payment ${id} that does not exist`)),
    ...books.payments.flatMap(({ id, orderId, status, amount }) => {
      const own = entries.get(id) ?? [];
      const due = isCharged(status) ? amount - sum(refunds.get(id) ?? []) : 0;
      const has = sum(own.filter(({ account }) => account === 'gateway'));
      return [
        ...(sum(own) === 0 ? [] : [said(orderId, `the entries of payment ${id} sum to ${sum(own)}`)]),
        ...(has === due
          ? []
          : [said(orderId, `the ledger says ${has} of the gateway for payment ${id}, which is ${due}`)]),
      ];
    }),
  ];
}

function said(orderId: string | undefined, says: string): Violation {
  return { invariant: 'I4', orderId, says };
}
