/** Has it been taken back, or used up? Follows an issuer's feed of signed security events and keeps what is live of it in memory; asks the record of used tokens. It knows neither Nest nor requests. */
export { type EventSource, type FeedReader, httpEventSource } from './event-source.js';
export type { EventTokenTrust } from './event-token.js';
export { type FeedNews, Follower, type FollowerOptions } from './follower.js';
export { LiveRevocations, type Questioned, type TakenBack } from './live-revocations.js';
export { memoryUsedTokens } from './memory.used-tokens.js';
export { requireUnused } from './require-unused.js';
export type { Revocation, RevocationKind } from './revocation.js';
export type { TokenUse, UsedTokens } from './used-tokens.js';
