import { TokenInvalid } from '../../refuse/index.js';
import type { Claims, Expectations } from './claims.js';

type ScopeSet = ReadonlySet<string>;

/**
 * The scopes of the token: those at the issuer's own path, or else `service_scopes` (an array) and `scope` (space-delimited,
 * RFC 9068 §2.2.3), of which one must be there, and where both are they must say the same. An empty set is sound: it is
 * for the route to find it insufficient.
 */
export function checkScope(claims: Claims, { scopePath }: Expectations): ScopeSet {
  const scopes = scopePath ? scopesAt(claims, scopePath) : standardScopes(claims);
  if (!scopes) throw new TokenInvalid('scope.absent');
  return scopes;
}

function standardScopes({ service_scopes: listed, scope: delimited }: Claims): ScopeSet | undefined {
  const fromList = listed === undefined ? undefined : readList(listed);
  const fromText = delimited === undefined ? undefined : readText(delimited);
  if (fromList && fromText && !same(fromList, fromText)) throw new TokenInvalid('scope.contradictory');
  return fromList ?? fromText;
}

/** Each issuer writes in its own form: Entra ID's `scp` is a text, its `roles` a list. */
function scopesAt(claims: Claims, path: readonly string[]): ScopeSet | undefined {
  const value = path.reduce<unknown>(memberOf, claims);
  if (value === undefined) return undefined;
  return typeof value === 'string' ? readText(value) : readList(value);
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Claims)[name] : undefined;
}

/** What an entry holds is for the route to compare: odd characters only make it a name that no route asks for. */
function readList(listed: unknown): ScopeSet {
  if (!Array.isArray(listed)) throw new TokenInvalid('scope.not_an_array');
  if (!listed.every((entry) => typeof entry === 'string')) throw new TokenInvalid('scope.not_a_string');
  return new Set(listed.filter((entry) => entry !== ''));
}

/** Only a space separates (RFC 6749 §3.3): a tab or any other white space is part of a name that no route asks for. */
function readText(delimited: unknown): ScopeSet {
  if (typeof delimited !== 'string') throw new TokenInvalid('scope.not_a_string');
  return new Set(delimited.split(' ').filter((entry) => entry !== ''));
}

function same(a: ScopeSet, b: ScopeSet): boolean {
  return a.size === b.size && [...a].every((entry) => b.has(entry));
}
