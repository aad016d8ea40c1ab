/** How does authority reach the next service? The caller's, by its own token or one that this is exchanged for, or this service's own; and how long there is left for it. */
export type { ClientCredentialsOptions } from './client-credentials.js';
export { remainingMs, withDeadline } from './deadline.js';
export { type HopAnswer, HopUnknown } from './hop-answer.js';
export { HopClient, type HopRequest } from './hop-client.js';
export {
  AudienceMissing,
  AuthorityUnavailable,
  ExchangeMisconfigured,
  HopMisconfigured,
  HopRefusal,
  TokenNotRelayable,
} from './hop-refusal.js';
export { ServiceClient } from './service-client.js';
export { ServiceTokenUnavailable } from './service-token-unavailable.js';
export type { AuthorityMode, TargetOptions } from './target.js';
