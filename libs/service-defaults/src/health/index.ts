/** Whether a service lives and can serve, for whoever starts, restarts and routes to it. */
export { HealthController } from './health.controller.js';
