/**
 * The edge to Nest: module, guard, Passport strategy and decorators. It decides nothing; it asks the folders that do. What a
 * route says of itself is in `declare/`, what is read of a request in `receive/`, what a request is held against beside its
 * token in `demand/`, the news of revocations in `follow/`, and how a refusal is told in `answer/`.
 */

export { AnyScope, Authenticated, Public, type Register, type ScopeName, Scopes } from './declare/access.decorators.js';
export { Caller } from './declare/caller.decorator.js';
export { Sensitive, type Sensitivity } from './declare/sensitive.decorator.js';
export { ClientAddresses } from './demand/client-addresses.js';
export { type FeedReading, RevocationFeeds } from './follow/revocation-feeds.js';
export { KeyReadiness } from './key-readiness.js';
export { ServiceAuthModule } from './service-auth.module.js';
export type { ServiceAuthOptions, SignatureOptions } from './service-auth.options.js';
