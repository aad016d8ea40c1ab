/** Says what was measured. It judges nothing. */
export { answerLine, timesTable } from './times.js';
