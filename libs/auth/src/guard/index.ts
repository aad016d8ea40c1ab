/** The edge to Nest: module, guard, Passport strategy and decorators. It decides nothing; it asks the folders that do. */

export { AnyScope, Authenticated, Public, type Register, type ScopeName, Scopes } from './access.decorators.js';
export { Caller } from './caller.decorator.js';
export { ClientAddresses } from './client-addresses.js';
export { KeyReadiness } from './key-readiness.js';
export { type FeedReading, RevocationFeeds } from './revocation-feeds.js';
export { Sensitive, type Sensitivity } from './sensitive.decorator.js';
export { ServiceAuthModule } from './service-auth.module.js';
export type { ServiceAuthOptions, SignatureOptions } from './service-auth.options.js';
