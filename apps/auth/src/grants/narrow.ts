import { Scope } from '@waybill/contracts';
import { OAuthError } from '../oauth/oauth-error.js';

/** RFC 6749 §3.3: tokens of visible characters other than quote and backslash, parted by single spaces. */
const scopeSyntax = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

const known: ReadonlySet<string> = new Set(Object.values(Scope));

/** Whether a name is one of the shop's scopes. */
export function isScope(name: string): name is Scope {
  return known.has(name);
}

/**
 * The scopes of a new token: all that is granted, or what `requested` narrows it to, in the order of the grants.
 * Throws OAuthError `invalid_scope` for anything beyond the grants, and never says which scopes exist.
 */
export function narrow(requested: string | undefined, granted: readonly Scope[]): Scope[] {
  if (requested === undefined) return [...granted];
  const wanted = new Set(scopeSyntax.test(requested) ? requested.split(' ') : [requested]);
  const kept = granted.filter((scope) => wanted.has(scope));
  if (kept.length === wanted.size) return kept;
  throw new OAuthError('invalid_scope', 'The requested scope is malformed or goes beyond what is granted.');
}
