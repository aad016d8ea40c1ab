import { setTimeout as delay } from 'node:timers/promises';
import { healingSeconds } from '../check/index.js';
import type { Customer, Market, Session, Wish } from '../load/index.js';
import { Random } from '../seed/random.js';
import { pendingOrders, stillPending } from './survey.js';

/** Who takes part in healing, after the last fault. */
export interface Convalescents {
  market: Market;
  /** A session of everybody who has placed orders. */
  sessions: readonly Session[];
  customers: readonly Customer[];
  seed: number;
}

/** How it went. */
export interface Healing {
  /** When the faults had ended and every process was ready, milliseconds since the epoch. */
  readonly healedAt: number;
  /** How many orders were pending then. */
  readonly pending: number;
  /** What was asked for again and had no final answer when the time was up. */
  readonly unsettled: readonly Wish[];
}

const pauseMs = 500;
/** How many decided wishes each customer asks for again. */
const recalled = 10;

/** Waits until every order is decided, has every open question asked again, and then some that were answered long ago. */
export async function heal({ market, sessions, customers, seed }: Convalescents): Promise<Healing> {
  const healedAt = Date.now();
  const deadline = healedAt + healingSeconds * 1000;
  const ways = new Random(seed, 'ways of healing');
  const [pending] = await Promise.all([
    watchPending({ market, sessions, ways }, deadline),
    settleAll(customers, deadline),
  ]);
  const unsettled = customers.flatMap(({ open }) => open.map(({ wish }) => wish));
  await Promise.all(customers.map((customer) => customer.recall(recalled)));
  return { healedAt, pending, unsettled };
}

/** Looks at every order, then again at the pending ones until none is. */
async function watchPending(
  { market, sessions, ways }: { market: Market; sessions: readonly Session[]; ways: Random },
  deadline: number,
): Promise<number> {
  const found = await Promise.all(sessions.map((session) => pendingOrders({ market, session, ways })));
  let pending = found;
  while (pending.some(({ ids }) => ids.length > 0) && Date.now() < deadline) {
    await delay(pauseMs);
    pending = await Promise.all(pending.map((open) => stillPending(open)));
  }
  return found.reduce((sum, { ids }) => sum + ids.length, 0);
}

async function settleAll(customers: readonly Customer[], deadline: number): Promise<void> {
  const isOpen = () => customers.some(({ open }) => open.length > 0);
  while (isOpen() && Date.now() < deadline) {
    await Promise.all(customers.map((customer) => customer.settle()));
    if (isOpen()) await delay(pauseMs);
  }
}
