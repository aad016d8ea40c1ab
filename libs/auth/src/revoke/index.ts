/** Has it been taken back? Follows an issuer's feed of signed security events and keeps what is live of it in memory. It knows neither Nest nor requests. */
export { type EventSource, type FeedReader, httpEventSource } from './event-source.js';
export type { EventTokenTrust } from './event-token.js';
export { type FeedNews, Follower, type FollowerOptions } from './follower.js';
export { LiveRevocations, type Questioned, type TakenBack } from './live-revocations.js';
export type { Revocation, RevocationKind } from './revocation.js';
