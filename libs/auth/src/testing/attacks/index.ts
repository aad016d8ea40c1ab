/**
 * What must a guarded route withstand? One file a family, each a table of cases; they know HTTP, and nothing of Nest. The
 * listing is the security claim.
 */
import type { Family } from './attack.js';
import { claims } from './claims.js';
import { form } from './form.js';
import { headerAndKey } from './header-and-key.js';
import { keysAndEgress } from './keys-and-egress.js';
import { oneTimeToken } from './one-time-token.js';
import { requestSignatures } from './request-signature.js';
import { revocation } from './revocation.js';
import { scope } from './scope.js';
import { transport } from './transport.js';

export type { Attack, Expected, Family } from './attack.js';
export { AttackContext, type AttackTarget, type SignedRoute } from './attack-context.js';
export {
  type AttackIssuer,
  createAttackIssuer,
  type ListedKey,
  type ListedKeys,
  type UnfitKey,
} from './attack-issuer.js';
export { type AttackRequest, type GuardedRoute, Inapplicable } from './attack-request.js';
export { type BrokenFeeds, closeBrokenFeeds, createBrokenFeeds, type FeedFailure } from './broken-feeds.js';
export {
  type BrokenIssuers,
  closeBrokenIssuers,
  createBrokenIssuers,
  type KeyServerFailure,
} from './broken-issuers.js';
export { type Outcome, runAttacks, tryAttack } from './run-attacks.js';
export { setTrap, type Trap } from './trap.js';
export type { WireAnswer } from './wire.js';

/** The whole catalogue. */
export const attacks: readonly Family[] = [
  transport,
  form,
  headerAndKey,
  claims,
  scope,
  ...requestSignatures,
  oneTimeToken,
  keysAndEgress,
  revocation,
];
