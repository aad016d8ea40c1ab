/** How a proof may be signed (RFC 7518 §3.1, RFC 8037 §3.1). `EdDSA` and `Ed25519` (RFC 9864 §2.2) are two names of one algorithm. */
export const dpopAlgorithms = ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'] as const;

/** An algorithm of proofs. */
export type DpopAlgorithm = (typeof dpopAlgorithms)[number];

/** Says whether a value names an algorithm of proofs; exact spelling. */
export function isDpopAlgorithm(value: unknown): value is DpopAlgorithm {
  return dpopAlgorithms.some((algorithm) => algorithm === value);
}
