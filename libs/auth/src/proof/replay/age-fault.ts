import type { ReplayStore } from './replay-store.js';

/** What the age of a signed statement, which may be used once, is held against. */
export interface AgeExpectations {
  /** The record of what was used. */
  readonly replayStore: ReplayStore;
  /** How old it may be, seconds. */
  readonly maxAgeSeconds: number;
  /** How far ahead its clock may be, seconds. */
  readonly clockToleranceSeconds: number;
}

/** What is wrong with the time at which something was signed. */
export type AgeFault = 'too_old' | 'in_the_future' | 'before_start';

/** When this process started, whole seconds since the epoch. */
const startedAt = Math.floor(performance.timeOrigin / 1000);

/**
 * Says why something that was signed at `signedAt` (whole seconds since the epoch) is not taken now; undefined where it is.
 * With a record that a restart empties, nothing older than the process is taken, and hardly anything from ahead of it: that
 * would look younger than the process after a restart, and pass a second time.
 */
export function ageFault(signedAt: number, expected: AgeExpectations): AgeFault | undefined {
  const { replayStore, maxAgeSeconds, clockToleranceSeconds } = expected;
  const age = Math.floor(Date.now() / 1000) - signedAt;
  const aheadSeconds = replayStore.forgetsOnRestart ? Math.min(1, clockToleranceSeconds) : clockToleranceSeconds;
  if (!Number.isInteger(signedAt) || age > maxAgeSeconds) return 'too_old';
  if (age < -aheadSeconds) return 'in_the_future';
  return replayStore.forgetsOnRestart && signedAt <= startedAt ? 'before_start' : undefined;
}

/**
 * For how long the use of something that passed must be remembered, seconds: it may have been signed ahead of the clock that
 * recorded it, which may itself be ahead, while the clock of another replica is behind and takes it for longer.
 */
export function rememberSeconds({ maxAgeSeconds, clockToleranceSeconds }: AgeExpectations): number {
  return maxAgeSeconds + 3 * clockToleranceSeconds + 1;
}
