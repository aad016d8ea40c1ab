import { type Attempt, finalStatus, type Reply } from '../../load/index.js';
import type { OrderRow, PaymentRow, RefundRow } from '../books.js';
import { type Evidence, isCharged, sum } from '../evidence.js';
import type { Violation } from '../violation.js';

/** Nobody gets back more than was charged, more often than was asked, or in one book only; and what was told is so. */
export function refundsAddUp({ books, attempts }: Evidence): Violation[] {
  const orders = new Map(books.orders.map((order) => [order.id, order]));
  const made = Map.groupBy(books.paymentRefunds.filter(isMade), ({ of }) => of);
  const known = new Map(books.orderRefunds.map((refund) => [refund.id, refund]));
  const asked = attempts.filter(({ wish }) => wish.kind === 'refund');
  return [
    ...books.payments.flatMap((payment) =>
      overpaid(payment, sum(made.get(payment.id) ?? []), orders.get(payment.orderId)),
    ),
    ...inOneBookOnly(books, known),
    ...asked.flatMap((attempt) => untrue(attempt, known)),
    ...tooMany(asked, books.orderRefunds),
  ];
}

const isMade = ({ status }: { status: string }) => status === 'succeeded';

/** A payment of which more was given back than there was, or whose state says otherwise than its refunds. */
function overpaid({ orderId, status, amount }: PaymentRow, back: number, order: OrderRow | undefined): Violation[] {
  if (!isCharged(status)) return back > 0 ? [said(orderId, `was not charged, and ${back} given back`)] : [];
  const expected = back === 0 ? 'succeeded' : back === amount ? 'refunded' : 'partially_refunded';
  const inOrder = order?.status === 'confirmed' ? order.paymentStatus : expected;
  return [
    ...(back > amount ? [said(orderId, `was charged ${amount}, and ${back} given back`)] : []),
    ...(status === expected ? [] : [said(orderId, `its payment is ${status}, not ${expected}`)]),
    ...(inOrder === expected ? [] : [said(orderId, `says that its payment is ${inOrder}, not ${expected}`)]),
  ];
}

/** Refunds that order, payment and the gateway do not tell alike. */
function inOneBookOnly(books: Evidence['books'], known: ReadonlyMap<string, RefundRow>): Violation[] {
  const payment = new Map(books.paymentRefunds.map(({ id, status, amount }) => [id, moved(status, amount)]));
  const gateway = new Map(books.gatewayRefunds.map(({ key, outcome, amount }) => [key, moved(outcome, amount)]));
  const strangers = [...new Set([...payment.keys(), ...gateway.keys()])].filter((id) => !known.has(id));
  return [
    ...strangers.map((id) => said(undefined, `refund ${id} is none of order’s`)),
    ...[...known.values()].flatMap(({ id, of, status, amount }) => {
      const amounts = [moved(status, amount), payment.get(id) ?? 0, gateway.get(id) ?? 0];
      const [byOrder, byPayment, byGateway] = amounts;
      return new Set(amounts).size === 1
        ? []
        : [
            said(
              of,
              `refund ${id} has moved ${byOrder} by order, ${byPayment} by payment, ${byGateway} by the gateway`,
            ),
          ];
    }),
  ];
}

/** What a refund has moved: its amount once it succeeded, otherwise nothing. */
function moved(status: string, amount: number): number {
  return status === 'succeeded' ? amount : 0;
}

/** A refund that was told, and is not as it was told. */
function untrue({ wish, reply }: Attempt, known: ReadonlyMap<string, RefundRow>): Violation[] {
  const final = finalStatus(reply);
  if (wish.kind !== 'refund' || final === undefined) return [];
  const id = refundIdOf(reply) ?? '';
  const status = known.get(id)?.status ?? 'missing';
  if ((final === 201) === (status === 'succeeded')) return [];
  return [said(wish.orderId, `refund ${id} was told ${final}, and is ${status}`)];
}

/** The refund that an answer is about: it is the answer, or a problem that names it. */
function refundIdOf(reply: Reply): string | undefined {
  const body = 'body' in reply ? (reply.body as { id?: string; refundId?: string } | undefined) : undefined;
  return body?.refundId ?? body?.id;
}

function tooMany(asked: readonly Attempt[], refunds: readonly RefundRow[]): Violation[] {
  const wishes = Map.groupBy(new Set(asked.map(({ wish }) => wish)), (wish) =>
    wish.kind === 'refund' ? wish.orderId : '',
  );
  return [...Map.groupBy(refunds, ({ of }) => of)].flatMap(([orderId, made]) => {
    const times = wishes.get(orderId)?.length ?? 0;
    return made.length > times ? [said(orderId, `has ${made.length} refunds, and ${times} were asked for`)] : [];
  });
}

function said(orderId: string | undefined, says: string): Violation {
  return { invariant: 'refunds', orderId, says };
}
