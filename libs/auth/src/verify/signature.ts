import { TokenInvalid } from '../refuse/index.js';
import { isAlgorithm } from './algorithm.js';
import type { CompactJws } from './compact-jws.js';
import type { VerificationKey } from './verification-key.js';

/** Says whether a token's signature holds under a key (RFC 7515 §5.2). The token's form and its algorithm are already checked. */
export type SignatureCheck = (token: string, key: VerificationKey) => Promise<boolean>;

/**
 * Holds a JWS against one key, whatever its payload is: the header's algorithm must be one of the key's own, then the
 * signature must hold (RFC 7515 §5.2, RFC 8725 §3.1).
 * @throws TokenInvalid
 */
export async function requireSignature(
  { token, header: { alg } }: CompactJws,
  key: VerificationKey,
  holds: SignatureCheck,
): Promise<void> {
  if (!isAlgorithm(alg) || !key.algorithms.has(alg)) throw new TokenInvalid('header.algorithm_of_other_key');
  if (!(await holds(token, key))) throw new TokenInvalid('signature.mismatch');
}
