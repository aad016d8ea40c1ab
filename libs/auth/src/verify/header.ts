import { TokenInvalid } from '../refuse/index.js';
import { type Algorithm, isAlgorithm } from './algorithm.js';
import { mediaTypeOf } from './media-type.js';

/** What the header is held against. */
export interface HeaderExpectations {
  readonly algorithms: ReadonlySet<Algorithm>;
  /** The accepted types, as `mediaTypeOf` spells them. */
  readonly types: ReadonlySet<string>;
}

/** What is taken from a token's header: which key to look up among one's own, and what the token says it is. */
export interface AccessTokenHeader {
  readonly kid?: string;
  /** As `mediaTypeOf` spells it. */
  readonly type: string;
}

/** Members by which a token names its own key, or changes what its bytes mean (RFC 7515 §4.1, RFC 7516 §4.1, RFC 7797 §3). */
const refusedMembers = ['jwk', 'jku', 'x5c', 'x5u', 'crit', 'b64', 'zip', 'enc', 'cty'];
const maxKidBytes = 128;

/** Checks a JOSE header against RFC 7515 §4 and RFC 9068 §2.1. Whether a `kid` is needed is for the issuer's keys to say. */
export function checkHeader(
  header: Readonly<Record<string, unknown>>,
  expected: HeaderExpectations,
): AccessTokenHeader {
  for (const member of refusedMembers) {
    if (member in header) throw new TokenInvalid(`header.${member}`);
  }
  const { alg, kid, typ } = header;
  if (!isAlgorithm(alg) || !expected.algorithms.has(alg)) throw new TokenInvalid('header.algorithm');
  if (kid !== undefined && !isKeyId(kid)) throw new TokenInvalid('header.kid');
  const type = typeof typ === 'string' ? mediaTypeOf(typ) : '';
  if (!expected.types.has(type)) throw new TokenInvalid('header.typ');
  return { type, ...(kid !== undefined && { kid }) };
}

function isKeyId(kid: unknown): kid is string {
  return typeof kid === 'string' && kid !== '' && Buffer.byteLength(kid) <= maxKidBytes;
}
