/** Counts what a run has seen, so that its report can say what it tried and not only that nothing was found. */
export class Tally {
  private readonly counts = new Map<string, number>();
  /** How many inputs were tried. */
  total = 0;
  /** How many were to be refused though `jose`, with key and algorithm pinned, accepts them. */
  stricter = 0;

  /** @param outcome the answer that was expected, or the rule for which it was to be a refusal */
  note(outcome: string): void {
    this.total += 1;
    this.counts.set(outcome, this.of(outcome) + 1);
  }

  noteStricter(): void {
    this.stricter += 1;
  }

  of(outcome: string): number {
    return this.counts.get(outcome) ?? 0;
  }

  /** Outcomes and how often each was met, the most frequent first. */
  lines(): readonly string[] {
    return [...this.counts]
      .sort(([, left], [, right]) => right - left)
      .map(([outcome, count]) => `${String(count).padStart(9)}  ${outcome}`);
  }
}
