import { existsSync, readFileSync } from 'node:fs';

/** A group of vectors that share a key. */
export interface VectorGroup {
  readonly comment: string;
  readonly public?: VectorKey;
  /** The only key where the algorithm is symmetric. */
  readonly private?: VectorKey;
  readonly tests: readonly Vector[];
}

/** One JWS, and whether a verifier must accept it. */
export interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly jws: string | object;
  readonly result: 'valid' | 'invalid';
}

/** A JWK as the suite writes it. */
export type VectorKey = Readonly<Record<string, unknown>>;

const folder = new URL('../../../../../../shared/vectors/', import.meta.url);

/** True where the vectors are at hand: they are not vendored. */
export const vectorsAtHand = existsSync(folder);

/** Reads the groups of the JWS suite; none where the vectors are not at hand. */
export function readSignatureVectors(): readonly VectorGroup[] {
  const suite = new URL('json_web_signature_test.json', folder);
  return vectorsAtHand ? JSON.parse(readFileSync(suite, 'utf8')).testGroups : [];
}
