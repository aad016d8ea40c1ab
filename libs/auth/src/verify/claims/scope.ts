import { TokenInvalid } from '../../refuse/index.js';
import type { Claims } from './claims.js';

/**
 * The scopes of the token: `service_scopes` (an array) or `scope` (space-delimited, RFC 9068 §2.2.3). One must be there,
 * and where both are they must say the same. An empty set is sound: it is for the route to find it insufficient.
 */
export function checkScope({ service_scopes: listed, scope: delimited }: Claims): ReadonlySet<string> {
  const fromList = listed === undefined ? undefined : readList(listed);
  const fromText = delimited === undefined ? undefined : readText(delimited);
  const scopes = fromList ?? fromText;
  if (!scopes) throw new TokenInvalid('scope.absent');
  if (fromList && fromText && !same(fromList, fromText)) throw new TokenInvalid('scope.contradictory');
  return scopes;
}

/** What an entry holds is for the route to compare: odd characters only make it a name that no route asks for. */
function readList(listed: unknown): ReadonlySet<string> {
  if (!Array.isArray(listed)) throw new TokenInvalid('scope.not_an_array');
  if (!listed.every((entry) => typeof entry === 'string')) throw new TokenInvalid('scope.not_a_string');
  return new Set(listed.filter((entry) => entry !== ''));
}

/** Only a space separates (RFC 6749 §3.3): a tab or any other white space is part of a name that no route asks for. */
function readText(delimited: unknown): ReadonlySet<string> {
  if (typeof delimited !== 'string') throw new TokenInvalid('scope.not_a_string');
  return new Set(delimited.split(' ').filter((entry) => entry !== ''));
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((entry) => b.has(entry));
}
