/** One thing that must not be. */
export interface Violation {
  /** The invariant that it breaks, such as `I1`. */
  readonly invariant: Invariant;
  readonly orderId?: string | undefined;
  readonly says: string;
}

/** What is promised, by name. I1 to I7 are those of the design. */
export const invariants = {
  I1: 'at most one charge an order',
  I2: 'confirmed means charged',
  I3: 'charged means confirmed or refunded, within 30 s of healing',
  I4: 'the ledger sums to zero',
  I5: 'the same key and body get the same answer',
  I6: 'nothing acknowledged is lost',
  I7: 'authority was valid, within the staleness bound',
  pending: 'nothing is pending 30 s after healing',
  refunds: 'refunds add up, in every book',
  answers: 'every answer is one of the contract, and none is a 500',
  secrets: 'no token and no secret goes where it must not',
  processes: 'no process dies by itself',
} as const;

/** What is promised. */
export type Invariant = keyof typeof invariants;
