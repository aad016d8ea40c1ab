import type { ChaosRun } from '../chaos.js';
import type { Violation } from '../check/index.js';

const shown = 20;

/** What came of a run in a few lines, with the first violations of each kind. */
export function summary({ violations, history, killer, seconds }: ChaosRun): string[] {
  const done = `${history.orders} orders, ${killer.deaths.length} kills in ${seconds} s: ${violations.length} violations`;
  const groups = [...Map.groupBy(violations, ({ invariant }) => invariant)];
  return [
    done,
    ...groups.flatMap(([invariant, all]) => [`${invariant}: ${all.length}`, ...all.slice(0, shown).map(line)]),
  ];
}

function line({ orderId, says }: Violation): string {
  return `  ${orderId ? `order ${orderId}: ` : ''}${says}`;
}
