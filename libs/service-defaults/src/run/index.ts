/** How a service starts, runs and ends. */
export { type AppModule, createService } from './create-service.js';
export { runService } from './run-service.js';
