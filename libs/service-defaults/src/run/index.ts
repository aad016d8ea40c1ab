/** How a service starts, runs and ends. */

export { crashPoint } from './crash-point.js';
export { type AppModule, createService } from './create-service.js';
export { runService } from './run-service.js';
