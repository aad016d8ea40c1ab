import { DpopProofInvalid } from '../../refuse/index.js';
import { decodeBase64url } from '../../verify/base64url.js';
import { mediaTypeOf } from '../../verify/media-type.js';
import { RecentlyUsed } from '../../verify/recently-used.js';
import { parseJsonObject } from '../../verify/strict-json.js';
import { type DpopAlgorithm, isDpopAlgorithm } from './dpop-algorithm.js';
import { type ProofKey, proofKey } from './proof-key.js';

/** How many headers are remembered: those of the clients that called last. */
const capacity = 1000;

/**
 * The keys of proofs, as their headers state them (RFC 9449 §4.2). A client's header is the same at each request, so what was
 * read of it is remembered by its very spelling. That a key is read makes it nobody's: each proof's own signature says that.
 */
export class ProofKeys {
  private readonly read = new RecentlyUsed<ProofKey>(capacity);
  private readonly algorithms: ReadonlySet<DpopAlgorithm>;

  constructor(algorithms: Iterable<DpopAlgorithm>) {
    this.algorithms = new Set(algorithms);
  }

  /**
   * The key in a header, which is the first segment of a proof: typed `dpop+jwt`, with a fit public key for an algorithm that is taken.
   * @throws DpopProofInvalid, or TokenInvalid where it is no JSON object in base64url
   */
  of(header: string): ProofKey {
    const key = this.read.get(header) ?? this.keyIn(parseJsonObject(decodeBase64url(header)));
    this.read.set(header, key);
    return key;
  }

  private keyIn({ typ, alg, jwk, ...more }: Readonly<Record<string, unknown>>): ProofKey {
    if (typeof typ !== 'string' || mediaTypeOf(typ) !== 'dpop+jwt') throw new DpopProofInvalid('dpop.typ');
    // A kid names what nobody needs here; any other member would ask for something that is not done.
    if (Object.keys(more).some((member) => member !== 'kid')) throw new DpopProofInvalid('dpop.header_member');
    if (!isDpopAlgorithm(alg) || !this.algorithms.has(alg)) throw new DpopProofInvalid('dpop.algorithm');
    const key = proofKey(jwk, alg);
    if (!key) throw new DpopProofInvalid('dpop.key_unfit');
    return key;
  }
}
