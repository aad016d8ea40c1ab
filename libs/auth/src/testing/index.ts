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
  type BrokenIssuers,
  closeBrokenIssuers,
  createAttackIssuer,
  createBrokenIssuers,
  type Expected,
  type Family,
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
export {
  createTestIssuer,
  type TestClaims,
  type TestIssuer,
  type TestIssuerOptions,
  type TestKey,
} from './test-issuer.js';
export type { TestClient } from './test-token-endpoint.js';
