import { longestTokenTtlSeconds, mostClockToleranceSeconds } from '../config.js';
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

/** When the last token that a change can concern is refused everywhere as expired, seconds since the epoch. */
export function untilOf(change: SecurityChange, at: Date): number {
  const expiry =
    change.kind === 'token-revoked' ? change.expiresAt.getTime() / 1000 : at.getTime() / 1000 + longestTokenTtlSeconds;
  return Math.ceil(expiry) + mostClockToleranceSeconds;
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
    case 'scopes-granted':
      return [];
    case 'key-withdrawn':
      return [['k', change.kid, until]];
  }
}
