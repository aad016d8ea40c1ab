import { type Attempt, finalStatus, type OrderSeen, orderIdOf, type Reading } from '../../load/index.js';
import type { Evidence } from '../evidence.js';
import type { Violation } from '../violation.js';

/** That an order was seen in some state, by an answer that ended then. */
interface Sight {
  readonly status: string;
  readonly sentAt: number;
  readonly endedAt: number;
}

/** I6, for readers: what was told is found, what was once seen decided stays so, and no page leaves out what belongs on it. */
export function readsAgree({ attempts, readings, books }: Evidence): Violation[] {
  const rows = new Map(books.orders.map(({ id, status }) => [id, status]));
  const sights = sightsOf(attempts, readings);
  return [
    ...[...sights].flatMap(([orderId, seen]) => unsteady(seen, rows.get(orderId)).map((says) => said(orderId, says))),
    ...readings.flatMap((reading) => missing(reading).map((says) => said(reading.id, says))),
    ...readings.flatMap((reading) =>
      leftOut(reading, attempts).map((id) => said(id, 'was told, and is not on the page of orders')),
    ),
  ];
}

function sightsOf(attempts: readonly Attempt[], readings: readonly Reading[]): Map<string, Sight[]> {
  const sights = new Map<string, Sight[]>();
  const see = (id: string | undefined, status: string, { sentAt, endedAt }: Reading | Attempt) => {
    if (id !== undefined) sights.set(id, [...(sights.get(id) ?? []), { status, sentAt, endedAt }]);
  };
  for (const attempt of attempts) {
    const final = attempt.wish.kind === 'order' ? finalStatus(attempt.reply) : undefined;
    if (final !== undefined) see(orderIdOf(attempt.reply), final === 201 ? 'confirmed' : 'cancelled', attempt);
  }
  for (const reading of readings) for (const { id, status } of ordersIn(reading)) see(id, status, reading);
  return sights;
}

/** The orders that a reading shows. */
function ordersIn({ of, reply }: Reading): readonly OrderSeen[] {
  if (of === 'payment' || 'lost' in reply || reply.status !== 200) return [];
  return of === 'order' ? [reply.body as OrderSeen] : (reply.body as { items: OrderSeen[] }).items;
}

function unsteady(seen: readonly Sight[], row: string | undefined): string[] {
  const decided = seen.filter(({ status }) => status !== 'pending');
  const firstDecided = Math.min(...decided.map(({ endedAt }) => endedAt));
  const outcomes = new Set([...decided.map(({ status }) => status), ...(decided.length > 0 && row ? [row] : [])]);
  return [
    ...(outcomes.size > 1 ? [`was seen decided, and is so in ${outcomes.size} ways: ${[...outcomes].join(', ')}`] : []),
    ...(seen.some(({ status, sentAt }) => status === 'pending' && sentAt > firstDecided)
      ? ['was seen decided, and later pending']
      : []),
  ];
}

/** Nobody looks at what they were not told of. */
function missing({ of, id, reply }: Reading): string[] {
  return 'status' in reply && reply.status === 404 ? [`${of} ${id} was told, and is not found`] : [];
}

/** The orders that belong on a page of the newest and are not there. */
function leftOut({ of, id, subject, sentAt, reply }: Reading, attempts: readonly Attempt[]): string[] {
  if (of !== 'orders' || id?.includes('cursor') || 'lost' in reply || reply.status !== 200) return [];
  const { items, nextCursor } = reply.body as { items: OrderSeen[]; nextCursor: string | null };
  const oldest = nextCursor === null ? '' : (items.at(-1)?.createdAt ?? '');
  const shown = new Set(items.map((item) => item.id));
  return attempts
    .filter(({ wish, endedAt }) => wish.kind === 'order' && wish.subject === subject && endedAt < sentAt)
    .flatMap(({ reply: told }) =>
      'body' in told && (told.status === 201 || told.status === 202) ? [told.body as OrderSeen] : [],
    )
    .filter(({ id: told, createdAt }) => createdAt > oldest && !shown.has(told))
    .map(({ id: told }) => told);
}

function said(orderId: string | undefined, says: string): Violation {
  return { invariant: 'I6', orderId, says };
}
