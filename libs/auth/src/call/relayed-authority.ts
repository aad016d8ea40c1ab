import { TokenInvalid } from '../refuse/index.js';
import type { Confirmation } from '../verify/index.js';
import { type Authority, currentAuthority } from './authority.js';
import { AudienceMissing, TokenNotRelayable } from './hop-refusal.js';
import type { Target } from './target.js';

/**
 * The authority of the request that is being handled, if it can reach a target at all.
 * @throws AudienceMissing, TokenInvalid; TypeError outside of a guarded request
 */
export function authorityAt({ audience }: Target, clockToleranceSeconds: number): Authority {
  const authority = currentAuthority();
  if (!authority) {
    throw new TypeError(
      `There is no caller whose authority could travel to ${audience}. Call it while a guarded request is handled, or as the service itself (\`asService\`).`,
    );
  }
  if (!authority.caller.audience.includes(audience)) throw new AudienceMissing(audience);
  if (authority.caller.expiresAt + clockToleranceSeconds <= Date.now() / 1000)
    throw new TokenInvalid('exp.passed_before_hop');
  return authority;
}

/** Whether a token is bound to a key, so that it is of no use to whoever passes it on. */
export function isBoundToKey(confirmation: Confirmation | undefined): boolean {
  const { clientAddress, ...keys } = confirmation ?? {};
  return Object.keys(keys).length > 0;
}

/**
 * Holds what a token is bound to against the way to a target: to a key, it cannot be passed on; to an address, only where
 * the request is signed, for only there does the next service believe whom it came from.
 * @throws TokenNotRelayable
 */
export function requireRelayable(confirmation: Confirmation | undefined, target: Target): void {
  if (isBoundToKey(confirmation)) throw new TokenNotRelayable(target.audience, 'hop.bound_to_key');
  requireAddressTravels(confirmation, target);
}

/** The half of `requireRelayable` that holds for an exchanged token, too. @throws TokenNotRelayable */
export function requireAddressTravels(confirmation: Confirmation | undefined, { audience, sign }: Target): void {
  if (confirmation?.clientAddress !== undefined && !sign) throw new TokenNotRelayable(audience, 'hop.bound_to_address');
}
