/** What guards think of a token, seen from outside, and whether they may think so. It takes nothing back. */
export { complaints, type Expectation } from './judge.js';
export { nameOf, type Probe, probes } from './probe.js';
export { type Sight, Watch, watchToken } from './watch.js';
