/**
 * How do I test my service? An issuer with real keys and tokens, and every attack that a guarded route must withstand. It
 * is for tests: nothing here belongs in production.
 */
export {
  type Attack,
  AttackContext,
  type AttackIssuer,
  type AttackRequest,
  type AttackTarget,
  attacks,
  type BrokenFeeds,
  type BrokenIssuers,
  closeBrokenFeeds,
  closeBrokenIssuers,
  createAttackIssuer,
  createBrokenFeeds,
  createBrokenIssuers,
  type DpopRoute,
  type Expected,
  type Family,
  type FeedFailure,
  type GuardedRoute,
  Inapplicable,
  type KeyServerFailure,
  type ListedKey,
  type ListedKeys,
  type Outcome,
  runAttacks,
  type SignedRoute,
  setTrap,
  type Trap,
  tryAttack,
  type UnfitKey,
  type WireAnswer,
} from './attacks/index.js';
export type { FeedFault, TestEventFeed, TestEventFeedOptions } from './test-event-feed.js';
export type { FeedForgery, FeedMessage } from './test-event-log.js';
export { createTestEventFeed, createTestFeedServer, type TestFeedServer } from './test-feed-server.js';
export { createTestIssuer, type TestIssuer, type TestIssuerOptions } from './test-issuer.js';
export type { TestClaims, TestKey } from './test-token.js';
export type { TestClient } from './test-token-endpoint.js';
