/** Measures how soon what was taken back is refused; for `npm run measure:revocation` and the e2e tests. */
export { type Measurement, type MeasureOptions, measureRevocation } from './measure.js';
export type { DatabaseKind } from './stage/index.js';
