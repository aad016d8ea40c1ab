import type { ChaosRun } from '../chaos.js';
import { codeOf, type Reply } from '../load/index.js';
import { tally } from './table.js';

/** An order that takes longer was not decided by the request that placed it, milliseconds. */
const decidedLaterMs = 2_000;

/** The counts and times of one run, as they are reported. */
export interface Figures {
  readonly orders: ReadonlyMap<string, number>;
  readonly refunds: ReadonlyMap<string, number>;
  readonly deathsByProcess: ReadonlyMap<string, number>;
  readonly deathsByCause: ReadonlyMap<string, number>;
  /** By what was asked and how it was answered. */
  readonly answers: ReadonlyMap<string, number>;
  /** How long orders stayed pending that were not decided at once, milliseconds. */
  readonly waits: readonly number[];
  /** How long after healing the orders were decided that were pending then, milliseconds. */
  readonly recoveries: readonly number[];
  /** How long each process was away, milliseconds. */
  readonly restarts: ReadonlyMap<string, readonly number[]>;
}

/** Counts and measures one run. */
export function figuresOf({ history, books, killer, healing }: ChaosRun): Figures {
  const { healedAt } = healing;
  const decided = books.orders.flatMap(({ createdAt, decidedAt }) => (decidedAt ? [{ createdAt, decidedAt }] : []));
  const asked = [
    ...history.attempts.map(
      ({ wish, reply }) =>
        `${wish.kind === 'order' ? 'POST /place-order' : 'POST /orders/:id/refunds'} → ${outcome(reply)}`,
    ),
    ...history.readings.map(
      ({ of, reply }) =>
        `GET ${of === 'order' ? '/orders/:id' : of === 'orders' ? '/orders' : '/payments/:id'} → ${outcome(reply)}`,
    ),
  ];
  const restarts = Map.groupBy(killer.restarts, ({ name }) => name);
  return {
    orders: tally(books.orders.map(({ status }) => status)),
    refunds: tally(books.orderRefunds.map(({ status }) => status)),
    deathsByProcess: tally(killer.deaths.map(({ name }) => name)),
    deathsByCause: tally(killer.deaths.map(({ cause }) => cause)),
    answers: tally(asked),
    waits: decided.map(({ createdAt, decidedAt }) => decidedAt - createdAt).filter((ms) => ms > decidedLaterMs),
    recoveries: decided
      .filter(({ createdAt, decidedAt }) => createdAt < healedAt && decidedAt > healedAt)
      .map(({ decidedAt }) => decidedAt - healedAt),
    restarts: new Map([...restarts].map(([name, each]) => [name, each.map(({ ms }) => ms)])),
  };
}

function outcome(reply: Reply): string {
  if ('lost' in reply) return 'no answer';
  return [reply.status, codeOf(reply), reply.replayed && '(again)'].filter(Boolean).join(' ');
}
