import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../seed/random.js';
import type { Wish } from './history.js';
import { isInFlight, isUndecided, type Reply } from './reply.js';

/** Asks again and again while it is unclear what became of a wish, `tries` times at most. Gives the last reply. */
export async function pursue(ask: () => Promise<Reply>, wish: Wish, ways: Random, tries: number): Promise<Reply> {
  for (let tried = 1; ; tried++) {
    const reply = await ask();
    if (tried >= tries || wish.key === undefined || !isUnclear(reply)) return reply;
    await delay(ways.int(30, 150) * tried);
  }
}

/** Whether asking again under the same key may tell more, and may be done at once. */
export function isUnclear(reply: Reply): boolean {
  return 'lost' in reply || reply.status >= 500 || reply.status === 429 || isInFlight(reply);
}

/** Whether a wish is to be asked for again, now or later. */
export function isOpen(wish: Wish, reply: Reply): boolean {
  return wish.key !== undefined && (isUnclear(reply) || isUndecided(reply));
}
