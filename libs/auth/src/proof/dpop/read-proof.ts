import { DpopProofInvalid, TokenInvalid } from '../../refuse/index.js';
import { decodeBase64url } from '../../verify/base64url.js';
import { parseCompactJws } from '../../verify/compact-jws.js';
import { mediaTypeOf } from '../../verify/media-type.js';
import { parseJsonObject } from '../../verify/strict-json.js';
import { type DpopAlgorithm, isDpopAlgorithm } from './dpop-algorithm.js';
import { type ProofKey, proofKey } from './proof-key.js';

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
 * Takes the one proof of a request apart: exactly one `DPoP` field, a compact JWS as strict as an access token must be, typed
 * `dpop+jwt`, with a fit public key for an algorithm that is taken.
 * @throws DpopProofInvalid
 */
export function readProof(fields: readonly string[], algorithms: ReadonlySet<DpopAlgorithm>): Proof {
  const [proof, ...more] = fields;
  if (proof === undefined) throw new DpopProofInvalid('dpop.absent');
  if (more.length > 0) throw new DpopProofInvalid('dpop.two_fields');
  const { header, claims, signature } = parse(proof);
  return {
    key: requireKey(header, algorithms),
    claims,
    input: proof.slice(0, proof.lastIndexOf('.')),
    signature,
  };
}

/** Proofs are held to the form of access tokens, but refused under their own name. */
function parse(proof: string) {
  try {
    const { header, payload } = parseCompactJws(proof, maxProofBytes);
    const signature = decodeBase64url(proof.slice(proof.lastIndexOf('.') + 1));
    return { header, claims: parseJsonObject(payload), signature };
  } catch (error) {
    throw error instanceof TokenInvalid ? new DpopProofInvalid(`dpop.${error.reason}`) : error;
  }
}

function requireKey(
  { typ, alg, jwk, ...more }: Readonly<Record<string, unknown>>,
  algorithms: ReadonlySet<DpopAlgorithm>,
): ProofKey {
  if (typeof typ !== 'string' || mediaTypeOf(typ) !== 'dpop+jwt') throw new DpopProofInvalid('dpop.typ');
  // A kid names what nobody needs here; any other member would ask for something that is not done.
  if (Object.keys(more).some((member) => member !== 'kid')) throw new DpopProofInvalid('dpop.header_member');
  if (!isDpopAlgorithm(alg) || !algorithms.has(alg)) throw new DpopProofInvalid('dpop.algorithm');
  return proofKey(jwk, alg) ?? unfit();
}

function unfit(): never {
  throw new DpopProofInvalid('dpop.key_unfit');
}
