/** How does authority reach the next service? The caller's, which is relayed, or this service's own; and how long there is left for it. */
export type { ClientCredentialsOptions } from './client-credentials.js';
export { remainingMs, withDeadline } from './deadline.js';
export { type HopAnswer, HopUnknown } from './hop-answer.js';
export { HopClient, type HopRequest } from './hop-client.js';
export { AudienceMissing, HopMisconfigured, HopRefusal } from './hop-refusal.js';
export { ServiceClient } from './service-client.js';
export { ServiceTokenUnavailable } from './service-token-unavailable.js';
export type { TargetOptions } from './target.js';
