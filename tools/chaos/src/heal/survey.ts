import { setTimeout as delay } from 'node:timers/promises';
import type { Market, OrderSeen, Reply, Session } from '../load/index.js';
import type { Random } from '../seed/random.js';

/** Who looks, and where. */
export interface Surveyor {
  market: Market;
  session: Session;
  ways: Random;
}

/** The orders of one person that were pending when they were last looked at. */
export interface Pending extends Surveyor {
  readonly ids: readonly string[];
}

const triesAfterHealing = 20;
const pauseMs = 500;
/** So that looking does not keep the services from deciding. */
const lookedAtOnce = 25;

/** Looks at all orders of one person, page by page. */
export async function pendingOrders(surveyor: Surveyor): Promise<Pending> {
  const ids: string[] = [];
  for (let cursor = ''; ; ) {
    const page = await page200(surveyor, cursor);
    ids.push(...page.items.filter(({ status }) => status === 'pending').map(({ id }) => id));
    if (page.nextCursor === null) return { ...surveyor, ids };
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}

/** Looks again at some of those that were pending. */
export async function stillPending(pending: Pending): Promise<Pending> {
  const ids: string[] = [];
  for (const id of pending.ids.slice(0, lookedAtOnce)) {
    const reply = await pending.market.read(pending.session, 'order', pending.ways, id);
    if (!isDecided(reply)) ids.push(id);
  }
  return { ...pending, ids: [...pending.ids.slice(lookedAtOnce), ...ids] };
}

async function page200({ market, session, ways }: Surveyor, cursor: string) {
  for (let tried = 1; ; tried++) {
    const reply = await market.read(session, 'orders', ways, `?limit=200${cursor}`);
    if ('status' in reply && reply.status === 200)
      return reply.body as { items: OrderSeen[]; nextCursor: string | null };
    const came = 'lost' in reply ? reply.lost : reply.status;
    if (tried === triesAfterHealing) throw new Error(`After healing GET /orders still is answered ${came}.`);
    await delay(pauseMs);
  }
}

function isDecided(reply: Reply): boolean {
  return 'status' in reply && reply.status === 200 && (reply.body as OrderSeen).status !== 'pending';
}
