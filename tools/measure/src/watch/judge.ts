import type { Watch } from './watch.js';

/** What may become of a token. Times are milliseconds on the clock of `performance.now`. */
export interface Expectation {
  /** Whose token it is, for the complaint. */
  readonly what: string;
  /** When it was taken back. */
  readonly takenBackAt: number;
  /** No question that was asked later may be answered as if the token were good. */
  readonly goodUntil: number;
}

/**
 * Complaints about a guard that let a token pass too late, or again after it had refused it, or never refused it. Empty where all
 * is well.
 */
export function complaints(watch: Watch, { what, takenBackAt, goodUntil }: Expectation): string[] {
  const seen = watch.since(takenBackAt);
  const refusal = seen.find(({ verdict }) => verdict === 'refused');
  const passes = seen.filter(({ verdict }) => verdict === 'passed');
  const late = passes.findLast(({ askedAt }) => askedAt > goodUntil);
  const again = refusal && passes.findLast(({ askedAt }) => askedAt > refusal.answeredAt);
  const seconds = (at: number) => `${((at - takenBackAt) / 1000).toFixed(2)} s`;
  const passed = (at: number) => `${watch.name} let ${what} pass ${seconds(at)} after it was taken back`;
  return [
    ...(late ? [`${passed(late.askedAt)}; ${seconds(goodUntil)} are allowed`] : []),
    ...(again ? [`${passed(again.askedAt)}, and had refused it before`] : []),
    ...(refusal ? [] : [`${watch.name} never refused ${what}`]),
  ];
}
