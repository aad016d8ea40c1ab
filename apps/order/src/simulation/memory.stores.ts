import type { Answer } from '../idempotency/answer.js';
import type { IdempotencyKeys, IdempotentRequest, KnownRequest } from '../idempotency/idempotent-request.js';
import type { OrderRow } from '../orders/order.table.js';
import type { NewOrder, OrderOutcome, OrderStore } from '../orders/order-store.js';
import type { Step } from './process.js';

interface KeyRow {
  fingerprint: string;
  resource: string;
  inFlightUntil: number | undefined;
  answer: string | undefined;
}

/** How long a request may be in flight before its process counts as dead, in ticks of the simulated clock. */
const inFlightTicks = 3;

/** The tables of the order service, as far as placing an order touches them. They outlive every process. */
export class MemoryTables {
  readonly orders = new Map<string, OrderRow>();
  readonly keys = new Map<string, KeyRow>();

  constructor(readonly now: () => number) {}

  known(request: IdempotentRequest): KnownRequest | undefined {
    const row = this.keys.get(nameOf(request));
    if (row === undefined) return undefined;
    const { fingerprint, resource, inFlightUntil, answer } = row;
    return {
      fingerprint,
      resource,
      inFlight: inFlightUntil !== undefined && inFlightUntil > this.now(),
      answer: answer === undefined ? undefined : JSON.parse(answer),
    };
  }
}

/** Idempotency keys as one process uses them: each method is one step, as each of the real ones is one transaction. */
export function memoryKeys(tables: MemoryTables, step: Step): IdempotencyKeys {
  return {
    find: (request) => step('find key', () => tables.known(request)),
    keep: (request, answer) =>
      step('keep answer', (): Answer => {
        const row = tables.keys.get(nameOf(request));
        if (row === undefined) return answer;
        row.inFlightUntil = undefined;
        row.answer ??= JSON.stringify(answer);
        return JSON.parse(row.answer);
      }),
    release: (request, resource) =>
      step('release key', () => {
        const row = tables.keys.get(nameOf(request));
        if (row?.resource === resource) row.inFlightUntil = undefined;
      }),
  };
}

/** Orders as one process uses them. */
export function memoryOrders(tables: MemoryTables, step: Step): OrderStore {
  return {
    begin: (order, request) =>
      step('begin order', () => {
        const known = request && tables.known(request);
        if (known) return known;
        const row = pending(order);
        tables.orders.set(order.id, row);
        if (request) tables.keys.set(nameOf(request), taken(request, order.id, tables.now()));
        return { ...row };
      }),
    get: (id) => step('get order', () => ({ ...existing(tables, id) })),
    settle: (id, outcome) =>
      step('settle order', () => {
        const row = existing(tables, id);
        if (row.status === 'pending') Object.assign(row, recorded(outcome));
        return { ...row };
      }),
  };
}

function nameOf({ owner, route, key }: IdempotentRequest): string {
  return JSON.stringify([owner.issuer, owner.subject, route, key]);
}

function taken({ fingerprint }: IdempotentRequest, resource: string, now: number): KeyRow {
  return { fingerprint, resource, inFlightUntil: now + inFlightTicks, answer: undefined };
}

function existing(tables: MemoryTables, id: string): OrderRow {
  const row = tables.orders.get(id);
  if (row === undefined) throw new Error(`no order ${id}`);
  return row;
}

function pending({ id, owner, draft }: NewOrder): OrderRow {
  return {
    id,
    issuer: owner.issuer,
    subject: owner.subject,
    status: 'pending',
    items: draft.items,
    total: draft.total.amount,
    currency: draft.total.currency,
    paymentMethod: draft.paymentMethod,
    paymentId: null,
    paymentStatus: null,
    declineReason: null,
    createdAt: new Date(0),
    decidedAt: null,
  };
}

function recorded(outcome: OrderOutcome): Partial<OrderRow> {
  if (outcome.kind === 'charged')
    return { status: 'confirmed', paymentId: outcome.paymentId, paymentStatus: 'succeeded' };
  if (outcome.kind === 'not_charged') return { status: 'cancelled' };
  const { paymentId, declineReason } = outcome;
  return { status: 'cancelled', paymentId, paymentStatus: 'declined', declineReason };
}
