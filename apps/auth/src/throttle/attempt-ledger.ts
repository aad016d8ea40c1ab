/** Whose failed attempts are counted together, and how many of them there may be before each next one has to wait. */
export interface Budget {
  /** A keyed hash: no name and no address is stored. */
  key: string;
  limit: number;
}

/** How fast somebody may guess who has used a budget up; all in milliseconds. */
export interface Pace {
  /** For how long a failure counts. */
  windowMs: number;
  /** How long the first attempt beyond the limit waits after the last failure; doubled with each further failure. */
  firstDelayMs: number;
  longestDelayMs: number;
  /** After this an attempt whose end nobody told counts as failed: whoever made it may have seen the answer. */
  leaseMs: number;
}

/** The pace of the service: failures of 15 min count, and the wait is 5 s, 10 s, 20 s, 40 s, and 60 s from then on. */
export const servicePace: Pace = {
  windowMs: 15 * 60_000,
  firstDelayMs: 5_000,
  longestDelayMs: 60_000,
  leaseMs: 20_000,
};

/** Whether an attempt may be made now: yes; not before attempts that are being made have ended; or not before a time. */
export type Admission = 'admitted' | 'others first' | { retryAfterMs: number };

/** How an attempt ended. What succeeded, or could not be judged, is as if it had not been made. */
export type Outcome = 'failed' | 'forgiven';

/**
 * Counts failed attempts. A place is reserved before an attempt is made, so that attempts that are made at the same time
 * cannot exceed what is left: each of them may fail. Success gives nothing back but its own place, as whoever guesses may
 * have an account of his own to succeed with in between.
 */
export interface AttemptLedger {
  /** Reserves a place for an attempt, atomically. */
  admit(budget: Budget, attempt: string): Promise<Admission>;
  /**
   * Ends an attempt that was admitted.
   * @returns whether its failure begins an episode: the limit is reached, after a window in which it was not
   */
  settle(budget: Budget, attempt: string, outcome: Outcome): Promise<boolean>;
}

/** How long after the last of these failures the next attempt may be made, in milliseconds; 0 below the limit. */
export function delayAfter(failures: number, limit: number, { firstDelayMs, longestDelayMs }: Pace): number {
  return failures < limit ? 0 : Math.min(firstDelayMs * 2 ** (failures - limit), longestDelayMs);
}
