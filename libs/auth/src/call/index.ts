/** How does the caller's authority reach the next service? The authority of the present request, and a client that relays it. */
export { type HopAnswer, HopUnknown } from './hop-answer.js';
export { HopClient, type HopRequest } from './hop-client.js';
export { AudienceMissing, HopMisconfigured, HopRefusal } from './hop-refusal.js';
export { ServiceClient } from './service-client.js';
export type { TargetOptions } from './target.js';
