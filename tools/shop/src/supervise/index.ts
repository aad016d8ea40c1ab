/** Keeps processes running and stops them all. It knows nothing of the shop. */
export type { Exit } from './launch.js';
export { type Observer, type Patience, type Program, ServiceFailure, SupervisedService } from './supervised-service.js';
