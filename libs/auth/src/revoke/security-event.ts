import { type EventToken, isCount } from './event-token.js';
import type { Revocation } from './revocation.js';
import { StreamFault } from './stream-fault.js';

type Members = Readonly<Record<string, unknown>>;
/** Distributes over the union, which `Omit` would merge. */
type What = Revocation extends infer R ? (R extends Revocation ? Omit<R, 'lifetimeSeconds'> : never) : never;

/** What each known type of event takes back (OpenID RISC and CAEP; the last is this project's own). */
const readers: Readonly<Record<string, (event: Members) => What[]>> = {
  'https://schemas.openid.net/secevent/oauth/event-type/token-revoked': tokenRevoked,
  'https://schemas.openid.net/secevent/caep/event-type/session-revoked': sessionsEnded,
  'https://schemas.openid.net/secevent/caep/event-type/credential-change': sessionsEnded,
  'https://schemas.openid.net/secevent/caep/event-type/token-claims-change': scopesWithdrawn,
  'urn:waybill:security-event:key-withdrawn': ({ kid }) => [{ kind: 'key', keyId: requireName(kid) }],
};

/**
 * What a Security Event Token (RFC 8417) takes back. An event of an unknown type takes nothing back that this version
 * could hold a token against, so it is passed over.
 * @throws StreamFault where it is not written as a conforming issuer does: what it took back would be missed
 */
export function revocationsOf({ claims, issuedAt }: EventToken): Revocation[] {
  const events = requireObject(claims.events);
  const [type, event, ...more] = Object.entries(events).flat();
  if (typeof type !== 'string' || more.length > 0) throw new StreamFault('event.not_one');
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (!read) return [];
  if (!isCount(claims.until)) throw new StreamFault('event.without_until');
  const lifetimeSeconds = claims.until - issuedAt;
  return read(requireObject(event)).map((what) => ({ ...what, lifetimeSeconds }));
}

/** What an entry of a snapshot takes back: `["t", jti, until]`, `["s", sid, until]`, `["c", sid, [scopes], until]`, `["k", kid, until]`. */
export function revocationOf(entry: unknown, issuedAt: number): Revocation {
  if (!Array.isArray(entry)) throw new StreamFault('entry.malformed');
  const until: unknown = entry.at(-1);
  if (!isCount(until)) throw new StreamFault('entry.without_until');
  return { ...entryOf(entry), lifetimeSeconds: until - issuedAt };
}

function entryOf([kind, name, scopes]: readonly unknown[]): What {
  switch (kind) {
    case 't':
      return { kind: 'token', tokenId: requireName(name) };
    case 's':
      return { kind: 'session', sessionId: requireName(name) };
    case 'c':
      return { kind: 'scopes', sessionId: requireName(name), scopes: requireNames(scopes) };
    case 'k':
      return { kind: 'key', keyId: requireName(name) };
    default:
      throw new StreamFault('entry.of_unknown_kind');
  }
}

function tokenRevoked({ token_identifier_alg: algorithm, token }: Members): What[] {
  if (algorithm !== 'jti') throw new StreamFault('event.names_no_jti');
  return [{ kind: 'token', tokenId: requireName(token) }];
}

function sessionsEnded({ sids }: Members): What[] {
  return requireNames(sids).map((sessionId) => ({ kind: 'session', sessionId }));
}

function scopesWithdrawn({ sids, claims }: Members): What[] {
  const { withdrawn_scopes: withdrawn = [] } = requireObject(claims);
  const scopes = requireNames(withdrawn);
  return requireNames(sids).map((sessionId) => ({ kind: 'scopes', sessionId, scopes }));
}

function requireObject(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new StreamFault('event.malformed');
  return value as Members;
}

function requireName(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new StreamFault('event.malformed');
  return value;
}

function requireNames(value: unknown): string[] {
  if (!Array.isArray(value)) throw new StreamFault('event.malformed');
  return value.map(requireName);
}
