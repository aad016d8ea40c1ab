import { constants, type KeyObject, sign, verify } from 'node:crypto';
import type { DpopAlgorithm } from './dpop-algorithm.js';

/** How each algorithm signs: its digest (Ed25519 has its own), and what the key is used with. */
const ways = {
  ES256: ['sha256', { dsaEncoding: 'ieee-p1363' }],
  EdDSA: [null, {}],
  Ed25519: [null, {}],
  RS256: ['sha256', { padding: constants.RSA_PKCS1_PADDING }],
  PS256: ['sha256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
} as const;

/** Signs the first two segments of a proof (RFC 7515 §5.1). */
export function signProof(input: string, algorithm: DpopAlgorithm, key: KeyObject): Buffer {
  const [digest, options] = ways[algorithm];
  return sign(digest, Buffer.from(input), { key, ...options });
}

/** Whether a proof's signature holds (RFC 7515 §5.2); one of another length does not. */
export function proofSignatureHolds(
  input: string,
  signature: Uint8Array,
  algorithm: DpopAlgorithm,
  key: KeyObject,
): boolean {
  const [digest, options] = ways[algorithm];
  return verify(digest, Buffer.from(input), { key, ...options }, signature);
}
