/** A line of figures: what it is about, and one figure for each run. */
export type Line = readonly [what: string, ...figures: (string | number)[]];

/** A Markdown table. Numbers are grouped by thousands. */
export function table(head: readonly string[], lines: readonly Line[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

function cell(value: string | number): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : value;
}

/** Counts by name, one line a name, in the order of the names. `counts` has one count for each run. */
export function countLines(names: Iterable<string>, counts: readonly ReadonlyMap<string, number>[]): Line[] {
  return [...names].map((name): Line => [name, ...counts.map((count) => count.get(name) ?? 0)]);
}

/** How often each name comes. */
export function tally(names: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** All names that are counted anywhere, sorted. */
export function namesIn(counts: readonly ReadonlyMap<string, number>[]): string[] {
  return [...new Set(counts.flatMap((count) => [...count.keys()]))].sort();
}
