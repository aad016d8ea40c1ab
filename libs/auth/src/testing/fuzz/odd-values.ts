import fc from 'fast-check';
import type { MemberEdit } from './specimen.js';

/** One of these values. */
export const values = (...all: readonly unknown[]) => fc.constantFrom(...all);
/** Any JSON value, the awkward ones more often; `undefined` stands for none. */
export const anything = fc.oneof(
  values(undefined, null, true, false, 0, -1, 1, 0.5, 1e300, '', ' ', 'x', [], {}, [[]], [''], { '': 0 }),
  fc.jsonValue({ maxDepth: 3 }),
);
/** A member of this name. */
export const member = (name: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<MemberEdit> =>
  fc.tuple(fc.constant(name), value);
