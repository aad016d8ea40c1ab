import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { DpopAlgorithm } from './dpop-algorithm.js';

/** A public key that fits an algorithm of proofs, and its thumbprint (RFC 7638), which is its name in tokens (`cnf.jkt`). */
export interface ProofKey {
  readonly algorithm: DpopAlgorithm;
  readonly key: KeyObject;
  readonly thumbprint: string;
}

/** The members that make a key, in the order in which they are hashed (RFC 7638 §3.2, RFC 8037 §2). */
const members = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
} as const;

/** The key that each algorithm goes with. */
const keyOf: Readonly<Record<DpopAlgorithm, { kty: keyof typeof members; crv?: string }>> = {
  ES256: { kty: 'EC', crv: 'P-256' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  RS256: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
};

/** What only private or symmetric keys have (RFC 7518 §6.2.2, §6.3.2, §6.4). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const [minRsaBits, maxRsaBits, maxRsaExponent] = [2048, 4096, 0xffff_ffffn];

/**
 * The key of a JWK, or null where it is unfit for the algorithm: private, symmetric, of another type, labelled for something
 * else, too weak, so large that checking a signature would cost too much, or spelled in another than its one way, which
 * would give one key two thumbprints.
 */
export function proofKey(jwk: unknown, algorithm: DpopAlgorithm): ProofKey | null {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return null;
  const { kty, crv } = keyOf[algorithm];
  const given = jwk as JsonWebKey;
  if (given.kty !== kty || (crv !== undefined && given.crv !== crv)) return null;
  if (privateMembers.some((member) => member in given) || !isFor(algorithm, given)) return null;
  const material = Object.fromEntries(members[kty].map((member) => [member, given[member]]));
  const key = importPublic(material);
  if (!key || !isCanonical(key, material) || !isSized(key)) return null;
  return { algorithm, key, thumbprint: thumbprintOf(material) };
}

/** The thumbprint of a public key (RFC 7638 §3) in base64url. */
export function keyThumbprint(key: KeyObject): string {
  const jwk = key.export({ format: 'jwk' });
  const names = members[jwk.kty as keyof typeof members];
  return thumbprintOf(Object.fromEntries(names.map((member) => [member, jwk[member]])));
}

/** What the JWK says of itself beside its material must not contradict its use (RFC 7517 §4.2–4.4). */
function isFor(algorithm: DpopAlgorithm, jwk: JsonWebKey): boolean {
  const { alg = algorithm, use = 'sig', key_ops: operations = ['verify'] } = jwk;
  return alg === algorithm && use === 'sig' && Array.isArray(operations) && operations.includes('verify');
}

function importPublic(key: JsonWebKey): KeyObject | null {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    return null; // not a key: unfit, as documented above
  }
}

function isCanonical(key: KeyObject, material: JsonWebKey): boolean {
  const canonical = key.export({ format: 'jwk' });
  return Object.entries(material).every(([member, value]) => canonical[member] === value);
}

function isSized(key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return true;
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  return (
    modulusLength >= minRsaBits &&
    modulusLength <= maxRsaBits &&
    publicExponent >= 3n &&
    publicExponent <= maxRsaExponent
  );
}

function thumbprintOf(material: JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify(material)).digest('base64url');
}
