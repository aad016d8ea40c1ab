import { createHash } from 'node:crypto';
import type { CheckedClaims } from './claims/index.js';
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
 *
 * There are two generations of half the capacity each. A token that is used moves to the younger; when that one is full,
 * the older is dropped whole. So the least recently used go first, and every step takes constant time.
 */
export class VerifiedTokens {
  private young = new Map<string, VerifiedToken>();
  private old: ReadonlyMap<string, VerifiedToken> = new Map();

  /** @param capacity how many tokens are remembered at most; 0: none */
  constructor(private readonly capacity: number) {}

  /** How many entries there are, never more than the capacity. */
  get size(): number {
    return this.young.size + this.old.size;
  }

  /** What was found about this very token, as long as the key that vouches for it is still its issuer's. */
  recall(token: string): VerifiedToken | undefined {
    if (this.size === 0) return undefined;
    const digest = digestOf(token);
    const verified = this.young.get(digest) ?? this.old.get(digest);
    if (!verified?.issuer.keys.holds(verified.key)) return undefined;
    if (!this.young.has(digest)) this.keep(digest, verified);
    return verified;
  }

  /** Remembers what was found about a token. A token that was refused must not be remembered. */
  remember(token: string, verified: VerifiedToken): void {
    if (this.capacity > 0) this.keep(digestOf(token), verified);
  }

  private keep(digest: string, verified: VerifiedToken): void {
    this.young.set(digest, verified);
    if (this.young.size < Math.ceil(this.capacity / 2)) return;
    this.old = this.young;
    this.young = new Map();
  }
}

/**
 * SHA-256 over the whole token, so it differs wherever two tokens do: who could make them collide could forge the
 * signatures themselves, which are made over the same digest or a longer one.
 */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
