import type { SecurityChange } from './security-change.js';

/**
 * What a guard has to know, as a snapshot of the feed lists it: a token, a session, scopes that a session has lost, or a
 * key. Each ends with the moment from which nobody needs it any more, seconds since the epoch.
 */
export type FeedEntry =
  | readonly ['t', jti: string, until: number]
  | readonly ['s', sid: string, until: number]
  | readonly ['c', sid: string, scopes: readonly string[], until: number]
  | readonly ['k', kid: string, until: number];

/** The most clock skew that a guard may tolerate, seconds: for so long an expired token may still be taken. */
const mostTolerance = 60;

/** When the last token that a change can concern is refused everywhere as expired, seconds since the epoch. */
export function untilOf(change: SecurityChange, at: Date, tokenTtlSeconds: number): number {
  const expiry =
    change.kind === 'token-revoked' ? change.expiresAt.getTime() / 1000 : at.getTime() / 1000 + tokenTtlSeconds;
  return Math.ceil(expiry) + mostTolerance;
}

/** What guards keep of a change. */
export function entriesOf(change: SecurityChange, until: number): FeedEntry[] {
  switch (change.kind) {
    case 'token-revoked':
      return [['t', change.jti, until]];
    case 'session-revoked':
    case 'credential-change':
      return change.sids.map((sid) => ['s', sid, until]);
    case 'scopes-withdrawn':
      return change.sids.map((sid) => ['c', sid, change.scopes, until]);
    case 'key-withdrawn':
      return [['k', change.kid, until]];
  }
}
