/** Says what came of the runs. It judges nothing. */
export { report } from './report.js';
export { type Spread, spreadOf } from './spread.js';
export { summary } from './summary.js';
