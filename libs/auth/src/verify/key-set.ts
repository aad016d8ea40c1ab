import { isDeepStrictEqual } from 'node:util';
import { type VerificationKey, verificationKey } from './verification-key.js';

/** An issuer's usable verification keys by key id. */
export type KeySet = ReadonlyMap<string, VerificationKey>;

/** The key set could not be used: not a JWK Set (RFC 7517 §5), or without one usable key. */
export class KeySetUnusable extends Error {
  override readonly name = 'KeySetUnusable';
}

/**
 * Reads a JWK Set. Unfit keys are ignored; two keys under one id are both ignored. A key that the former set holds with
 * the same material stays the same object, so that what it vouched for stands.
 */
export function readKeySet(document: unknown, former?: KeySet): KeySet {
  const listed = (document as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(listed)) throw new KeySetUnusable('the document is not a JWK Set: it has no "keys" array');
  const keys = new Map<string, VerificationKey>();
  const seen = new Set<unknown>();
  for (const jwk of listed) {
    const kid: unknown = jwk?.kid;
    const key = seen.has(kid) ? null : verificationKey(jwk);
    if (key) keys.set(key.kid, unchanged(former?.get(key.kid), key));
    else if (typeof kid === 'string') keys.delete(kid);
    seen.add(kid);
  }
  if (keys.size === 0) throw new KeySetUnusable('the JWK Set holds no usable signature key');
  return keys;
}

function unchanged(former: VerificationKey | undefined, key: VerificationKey): VerificationKey {
  const same = former?.key.equals(key.key) && isDeepStrictEqual(former.algorithms, key.algorithms);
  return former && same ? former : key;
}
