/** Why sessions end. */
export type SessionEnd = 'sign-out' | 'sign-out-by-administrator' | 'refresh-token-reuse' | 'credential-change';

/**
 * A change after which tokens that were good are good no longer. It names the sessions that it ends: what is issued after
 * it, be it in the same second, is not meant.
 */
export type SecurityChange =
  | {
      readonly kind: 'token-revoked';
      readonly jti: string;
      readonly sub: string;
      readonly clientId?: string;
      readonly expiresAt: Date;
    }
  | {
      readonly kind: 'session-revoked';
      readonly sub: string;
      readonly sids: readonly string[];
      readonly reason: SessionEnd;
    }
  | {
      readonly kind: 'scopes-withdrawn';
      readonly sub: string;
      readonly sids: readonly string[];
      readonly scopes: readonly string[];
    }
  | {
      readonly kind: 'credential-change';
      readonly sub: string;
      readonly sids: readonly string[];
      readonly credential: 'password' | 'client-secret';
    }
  | { readonly kind: 'key-withdrawn'; readonly kid: string };

/** How many sessions one event names at most, so that no event is too long for its readers. */
const maximumSids = 500;

/** The changes that say the same as one, none of which names more sessions than an event holds. */
export function portionsOf(change: SecurityChange): SecurityChange[] {
  if (!('sids' in change) || change.sids.length <= maximumSids) return [change];
  const starts = Array.from({ length: Math.ceil(change.sids.length / maximumSids) }, (_, n) => n * maximumSids);
  return starts.map((start) => ({ ...change, sids: change.sids.slice(start, start + maximumSids) }));
}
