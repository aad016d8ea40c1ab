/** What was left undecided could not be settled this time; `message` says why. */
export class Unsettled extends Error {
  override readonly name = 'Unsettled';
}

/** Settles one kind of thing where it was left undecided: orders, refunds. */
export interface Settlement {
  /** What it settles, as the log and the queue name it: `order`. */
  readonly kind: string;
  /** Settles one. Safe to repeat, and at the same time with itself. @throws Unsettled where it must be tried again */
  settle(id: string): Promise<void>;
}
