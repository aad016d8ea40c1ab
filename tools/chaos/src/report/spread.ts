/** How times are spread. All are milliseconds. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

/** How these times are spread; undefined where there are none. */
export function spreadOf(times: readonly number[]): Spread | undefined {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  if (sorted.length === 0) return undefined;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) };
}

/** A spread in seconds: `p50 / p95 / most (count)`. */
export function inSeconds(spread: Spread | undefined): string {
  if (!spread) return '–';
  const [p50, p95, most] = [spread.p50, spread.p95, spread.most].map((ms) => (ms / 1000).toFixed(1));
  return `${p50} / ${p95} / ${most} (${spread.count})`;
}
