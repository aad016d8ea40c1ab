/** Keeps processes running and stops them all. It knows nothing of the shop. */
export { type Observer, type Program, ServiceFailure, SupervisedService } from './supervised-service.js';
