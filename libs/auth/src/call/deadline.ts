import { AsyncLocalStorage } from 'node:async_hooks';

/** Instants on the clock of `performance.now`, which no change of the wall clock moves. */
const ofContext = new AsyncLocalStorage<number>();

/**
 * Runs work, and all that it starts, with a deadline: so many milliseconds from now, or the present one where that is
 * earlier. Nothing is interrupted; but a `HopClient` waits no longer, and sends nothing once it has passed.
 * @throws TypeError where `ms` is no number
 */
export function withDeadline<T>(ms: number, work: () => T): T {
  if (typeof ms !== 'number' || Number.isNaN(ms))
    throw new TypeError('A deadline is a number of milliseconds from now.');
  return runUntil(performance.now() + ms, work);
}

/** As `withDeadline`, with an instant on the clock of `performance.now`; infinity is no deadline. */
export function runUntil<T>(instant: number, work: () => T): T {
  return ofContext.run(Math.min(instant, ofContext.getStore() ?? Number.POSITIVE_INFINITY), work);
}

/** Milliseconds until the deadline of what runs here, 0 once it has passed; undefined where there is none. */
export function remainingMs(): number | undefined {
  const instant = ofContext.getStore() ?? Number.POSITIVE_INFINITY;
  return instant === Number.POSITIVE_INFINITY ? undefined : Math.max(0, instant - performance.now());
}
