import type { Evidence } from '../evidence.js';
import type { Violation } from '../violation.js';

/** No secret stands in a log, nothing was sent along a redirect, and no process died by itself. */
export function nothingStrays({ leaks, strays, surprises }: Evidence): Violation[] {
  return [
    ...leaks.map((place): Violation => ({ invariant: 'secrets', says: `a secret stands in ${place}` })),
    ...strays.map((line): Violation => ({ invariant: 'secrets', says: `a redirect was followed: ${line}` })),
    ...surprises.map((line): Violation => ({ invariant: 'processes', says: line })),
  ];
}
