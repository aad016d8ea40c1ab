import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { type Algorithm, isAlgorithm } from './algorithm.js';

/** A key that is fit for verification: its id, the algorithms it may be used with, and the key built once. */
export interface VerificationKey {
  readonly kid: string;
  readonly algorithms: ReadonlySet<Algorithm>;
  readonly key: KeyObject;
}

const minRsaBits = 2048;
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];
const rsaAlgorithms: readonly Algorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const curveAlgorithm = new Map<string, Algorithm>([
  ['P-256', 'ES256'],
  ['P-384', 'ES384'],
  ['P-521', 'ES512'],
]);

/**
 * Builds the verification key of a JWK (RFC 7517 §4), or answers null where it is unfit: symmetric or private, not for
 * signatures, too short, without an id, or of a type that its `alg` does not match. An unfit key is ignored, never used.
 */
export function verificationKey(jwk: unknown): VerificationKey | null {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return null;
  const members = jwk as JsonWebKey & { kid?: unknown; alg?: unknown; use?: unknown; key_ops?: unknown };
  if (typeof members.kid !== 'string' || members.kid === '') return null;
  if (privateMembers.some((member) => member in members)) return null;
  if (members.use !== undefined && members.use !== 'sig') return null;
  if (members.key_ops !== undefined && !(Array.isArray(members.key_ops) && members.key_ops.includes('verify')))
    return null;
  const algorithms = algorithmsOf(members);
  const key = algorithms.length > 0 ? importPublic(members) : null;
  return key && isStrong(key) ? { kid: members.kid, algorithms: new Set(algorithms), key } : null;
}

function algorithmsOf({ kty, crv, alg }: JsonWebKey & { alg?: unknown }): readonly Algorithm[] {
  const curve = typeof crv === 'string' ? curveAlgorithm.get(crv) : undefined;
  const possible = kty === 'RSA' ? rsaAlgorithms : kty === 'EC' && curve ? [curve] : [];
  if (alg === undefined) return possible;
  return isAlgorithm(alg) && possible.includes(alg) ? [alg] : [];
}

function importPublic({ kty, crv, x, y, n, e }: JsonWebKey): KeyObject | null {
  try {
    return createPublicKey({ key: kty === 'EC' ? { kty, crv, x, y } : { kty, n, e }, format: 'jwk' });
  } catch {
    return null; // not a key: unfit, as documented above
  }
}

function isStrong(key: KeyObject): boolean {
  if (key.asymmetricKeyType === 'ec') return true;
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  return modulusLength >= minRsaBits && publicExponent >= 3n;
}
