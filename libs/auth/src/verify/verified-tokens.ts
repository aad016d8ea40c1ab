import { createHash } from 'node:crypto';
import type { CheckedClaims } from './claims/index.js';
import { RecentlyUsed } from './recently-used.js';
import type { TrustedIssuer } from './trusted-issuer.js';
import type { VerificationKey } from './verification-key.js';

/** What an examination found: whose token it is, what it says, and the key that vouches for it. */
export interface VerifiedToken {
  readonly issuer: TrustedIssuer;
  readonly claims: CheckedClaims;
  readonly key: VerificationKey;
}

/**
 * The tokens that were verified lately, so that each is examined once. It keeps their digests and not the tokens, so that
 * nothing in it is a credential.
 */
export class VerifiedTokens {
  private readonly recent: RecentlyUsed<VerifiedToken>;

  /** @param capacity how many tokens are remembered at most; 0: none */
  constructor(private readonly capacity: number) {
    this.recent = new RecentlyUsed(capacity);
  }

  /** What was found about this very token, as long as the key that vouches for it is still its issuer's. */
  recall(token: string): VerifiedToken | undefined {
    if (this.recent.size === 0) return undefined;
    const digest = digestOf(token);
    const verified = this.recent.get(digest);
    if (!verified || verified.issuer.keys.holds(verified.key)) return verified;
    this.recent.delete(digest);
    return undefined;
  }

  /** Remembers what was found about a token. A token that was refused must not be remembered. */
  remember(token: string, verified: VerifiedToken): void {
    if (this.capacity > 0) this.recent.set(digestOf(token), verified);
  }
}

/**
 * SHA-256 over the whole token, so it differs wherever two tokens do: who could make them collide could forge the
 * signatures themselves, which are made over the same digest or a longer one.
 */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
