import { TokenInvalid } from '../refuse/index.js';
import { type Algorithm, isAlgorithm } from './algorithm.js';

/** What is taken from a token's header: which key to look up among one's own, and the algorithm to hold against that key. */
export interface AccessTokenHeader {
  readonly algorithm: Algorithm;
  readonly kid: string;
}

/** Members by which a token names its own key, or changes what its bytes mean (RFC 7515 §4.1, RFC 7516 §4.1, RFC 7797 §3). */
const refusedMembers = ['jwk', 'jku', 'x5c', 'x5u', 'crit', 'b64', 'zip', 'enc', 'cty'];
const maxKidBytes = 128;

/** Checks a JOSE header against RFC 7515 §4 and RFC 9068 §2.1. */
export function checkHeader(
  header: Readonly<Record<string, unknown>>,
  algorithms: ReadonlySet<Algorithm>,
): AccessTokenHeader {
  for (const member of refusedMembers) {
    if (member in header) throw new TokenInvalid(`header.${member}`);
  }
  const { alg, kid, typ } = header;
  if (!isAlgorithm(alg) || !algorithms.has(alg)) throw new TokenInvalid('header.algorithm');
  if (typeof kid !== 'string' || kid === '' || Buffer.byteLength(kid) > maxKidBytes)
    throw new TokenInvalid('header.kid');
  if (!isAccessTokenType(typ)) throw new TokenInvalid('header.typ');
  return { algorithm: alg, kid };
}

/** Compares `typ` as a media type whose `application/` may be left out (RFC 7515 §4.1.9, RFC 9068 §4). */
function isAccessTokenType(typ: unknown): boolean {
  return typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ);
}
