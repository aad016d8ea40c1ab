/** Which routes exist, and what do they need? It reads declarations and judges them at boot; it knows nothing of requests. */
export { RouteAudit } from './route-audit.js';
export { type Route, RouteInventory } from './route-inventory.js';
export type { Transport } from './transport.js';
