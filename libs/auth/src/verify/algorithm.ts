/** The signature algorithms that a verifier can be told to accept (RFC 7518 §3.1): asymmetric ones only. */
export const supportedAlgorithms = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
] as const;

/** A supported JWS algorithm. */
export type Algorithm = (typeof supportedAlgorithms)[number];

/** What a verifier accepts unless it is told otherwise. */
export const defaultAlgorithms: readonly Algorithm[] = ['ES256', 'RS256', 'PS256'];

/** Says whether a string names a supported algorithm; exact spelling (RFC 7515 §4.1.1 is case-sensitive). */
export function isAlgorithm(value: unknown): value is Algorithm {
  return supportedAlgorithms.some((algorithm) => algorithm === value);
}
