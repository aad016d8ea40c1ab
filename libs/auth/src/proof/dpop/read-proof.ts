import { DpopProofInvalid, TokenInvalid } from '../../refuse/index.js';
import { decodeBase64url } from '../../verify/base64url.js';
import { segmentsOf } from '../../verify/compact-jws.js';
import { parseJsonObject } from '../../verify/strict-json.js';
import type { ProofKey } from './proof-key.js';
import type { ProofKeys } from './proof-keys.js';

/** A proof (RFC 9449 §4.2) whose form is sound. Nothing in it is trusted yet, not even that its own key signed it. */
export interface Proof {
  readonly key: ProofKey;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What was signed: the first two segments, as received. */
  readonly input: string;
  readonly signature: Uint8Array;
}

/** Enough for an RSA key of 4096 bits, and its signature. */
const maxProofBytes = 4096;

/**
 * Takes the one proof of a request apart: exactly one `DPoP` field, a compact JWS as strict as an access token must be.
 * @throws DpopProofInvalid
 */
export function readProof(fields: readonly string[], keys: ProofKeys): Proof {
  const [proof, ...more] = fields;
  if (proof === undefined) throw new DpopProofInvalid('dpop.absent');
  if (more.length > 0) throw new DpopProofInvalid('dpop.two_fields');
  try {
    return parse(proof, keys);
  } catch (error) {
    // Held to the form of access tokens, but refused under its own name.
    throw error instanceof TokenInvalid ? new DpopProofInvalid(`dpop.${error.reason}`) : error;
  }
}

function parse(proof: string, keys: ProofKeys): Proof {
  const [header, claims, signature] = segmentsOf(proof, maxProofBytes);
  return {
    key: keys.of(header),
    claims: parseJsonObject(decodeBase64url(claims)),
    input: `${header}.${claims}`,
    signature: decodeBase64url(signature),
  };
}
