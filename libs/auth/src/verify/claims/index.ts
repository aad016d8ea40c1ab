/** The claims of an access token, one check a file, composed by `checkClaims`. They know neither keys nor routes. */

import type { Actor } from '../actor.js';
import type { Confirmation } from '../confirmation.js';
import { checkActor } from './actor.js';
import { checkAudience } from './audience.js';
import type { Claims, Expectations } from './claims.js';
import { checkConfirmation } from './confirmation.js';
import { checkIdentity, type Identity } from './identity.js';
import { checkLifetime, type Lifetime } from './lifetime.js';
import { checkScope } from './scope.js';
import { checkTokenUse } from './token-use.js';

export type { Claims, Expectations } from './claims.js';
export type { Lifetime } from './lifetime.js';
export { checkPresent, type Present } from './present.js';

/** What sound claims say. */
export interface CheckedClaims extends Identity, Lifetime {
  readonly audience: readonly string[];
  readonly scopes: ReadonlySet<string>;
  readonly actor?: Actor;
  readonly confirmation?: Confirmation;
}

/** Holds claims against every expectation of an access token (RFC 9068 §4) but the present, which is for `checkPresent`. */
export function checkClaims(claims: Claims, expected: Expectations): CheckedClaims {
  checkTokenUse(claims, expected);
  return {
    ...checkLifetime(claims, expected),
    audience: checkAudience(claims, expected),
    ...checkIdentity(claims, expected),
    scopes: checkScope(claims, expected),
    ...checkActor(claims),
    ...checkConfirmation(claims),
  };
}
