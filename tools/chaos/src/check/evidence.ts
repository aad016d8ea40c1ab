import type { Attempt, Reading, Wish } from '../load/index.js';
import type { Books } from './books.js';

/** How long after healing everything may take to be decided, seconds. */
export const healingSeconds = 30;

/** All that is known of a run when it is over. */
export interface Evidence {
  readonly attempts: readonly Attempt[];
  readonly readings: readonly Reading[];
  readonly books: Books;
  /** When the faults had ended and every process was ready, milliseconds since the epoch. */
  readonly healedAt: number;
  /** What was asked for after healing and still had no final answer when the time was up. */
  readonly unsettled: readonly Wish[];
  /** What auth refused to people with the right password, or with a refresh token that was never used. */
  readonly refusedSignIns: readonly string[];
  /** Where in the logs a secret stands. */
  readonly leaks: readonly string[];
  /** Requests that followed a redirect. */
  readonly strays: readonly string[];
  /** Deaths that nobody brought about. */
  readonly surprises: readonly string[];
}

/** Whether money was moved for a payment in this state. */
export function isCharged(status: string): boolean {
  return status === 'succeeded' || status === 'partially_refunded' || status === 'refunded';
}

/** The sum of amounts, in minor units. */
export function sum(rows: Iterable<{ readonly amount: number }>): number {
  let total = 0;
  for (const { amount } of rows) total += amount;
  return total;
}
