/** Durable jobs in the service's own database (pg-boss). It knows no job of any service. */
export { type JobHandler, type JobOptions, Jobs } from './jobs.js';
