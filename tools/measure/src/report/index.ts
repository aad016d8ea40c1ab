/** Says what was measured. It judges nothing. */
export { timesTable } from './times.js';
