/** The claims of an access token, one check a file, composed by `checkClaims`. They know neither keys nor routes. */
import { checkAudience } from './audience.js';
import type { Claims, Expectations } from './claims.js';
import { checkConfirmation } from './confirmation.js';
import { checkIdentity, type Identity } from './identity.js';
import { checkLifetime } from './lifetime.js';
import { checkNotBefore } from './not-before.js';
import { checkScope } from './scope.js';

export type { Claims, Expectations } from './claims.js';

/** What sound claims say. */
export interface CheckedClaims extends Identity {
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly audience: readonly string[];
  readonly scopes: ReadonlySet<string>;
}

/** Holds claims against every expectation of an access token (RFC 9068 §4). */
export function checkClaims(claims: Claims, expected: Expectations): CheckedClaims {
  checkNotBefore(claims, expected);
  checkConfirmation(claims);
  return {
    ...checkLifetime(claims, expected),
    audience: checkAudience(claims, expected),
    ...checkIdentity(claims),
    scopes: checkScope(claims),
  };
}
