import type { OrderDatabase } from '../database.js';
import type { Place } from '../orders/cursor.js';
import { overdue, type UndecidedTable } from './overdue.js';

/** What is younger may still be decided by the request that stored it, milliseconds. */
const olderThanMs = 5_000;

/** How many are looked at in one turn. */
const limit = 1_000;

/** Goes through the overdue rows of a table, a page each turn, round and round: none that cannot be settled hides the others. */
export class Sweep {
  private after: Place | undefined;

  constructor(
    private readonly db: OrderDatabase,
    private readonly table: UndecidedTable,
  ) {}

  /** The ids of the next overdue rows. */
  async next(): Promise<string[]> {
    const page = await overdue(this.db, this.table, { olderThanMs, after: this.after, limit });
    this.after = page.length === limit ? page.at(-1) : undefined;
    return page.map(({ id }) => id);
  }
}
