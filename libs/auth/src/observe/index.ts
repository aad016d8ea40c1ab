/** What happened? Decision events, for logs and whoever else listens. It knows neither Nest nor how a decision is made. */
export type { DecisionEvent, DecisionListener } from './decision.js';
export { DecisionRecord } from './decision-record.js';
export { oneLine } from './one-line.js';
