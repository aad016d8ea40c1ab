const minute = 60;
const hour = 60 * minute;

/** How long is waited after each attempt that failed, seconds: two days and a half in all, as Standard Webhooks advises. */
const pauses = [
  1,
  5,
  30,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  20 * hour,
  24 * hour,
];

/** For how long to wait after so many attempts, seconds; undefined: it is given up. */
export function pauseAfter(attempts: number): number | undefined {
  return pauses[attempts - 1];
}
