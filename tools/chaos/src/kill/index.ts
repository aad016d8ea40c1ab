/** When which process dies, and how. It knows processes, and nothing of what they do. */
export { crashPoints } from './crash-points.js';
export { type Death, Killer, type Restart } from './killer.js';
export { type LifePlan, lifePlan, type Pace } from './life-plan.js';
export { restartServer, type ServerRestarts } from './server-restarts.js';
