import type { ChaosRun } from '../chaos.js';
import type { Violation } from '../check/index.js';

/** What came of a run in a few lines: of violations that differ in nothing but names and numbers the first, and how many. */
export function summary({ violations, history, killer, seconds }: ChaosRun): string[] {
  const done = `${history.orders} orders, ${killer.deaths.length} kills in ${seconds} s: ${violations.length} violations`;
  return [done, ...[...Map.groupBy(violations, alike).values()].map(line)];
}

function alike({ invariant, says }: Violation): string {
  return `${invariant} ${says.replaceAll(/[\da-f]{8}-[\da-f-]{27}|\d+/g, '#').slice(0, 60)}`;
}

function line(violations: readonly Violation[]): string {
  const [{ invariant, orderId, says } = { invariant: '', orderId: undefined, says: '' }] = violations;
  return `${violations.length} × ${invariant}: ${orderId ? `order ${orderId} ` : ''}${says}`;
}
