/** The algorithms of public keys (RFC 7518 §3.3–3.5): what a key set may be used with. */
export const publicKeyAlgorithms = [
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

/** The one algorithm of a shared secret (RFC 7518 §3.2): for an issuer with a `secret`, and for no other. */
export const sharedSecretAlgorithm = 'HS256';

/** The signature algorithms that a verifier knows (RFC 7518 §3.1). */
export const supportedAlgorithms = [...publicKeyAlgorithms, sharedSecretAlgorithm] as const;

/** A supported JWS algorithm. */
export type Algorithm = (typeof supportedAlgorithms)[number];

/** What a verifier accepts unless it is told otherwise. */
export const defaultAlgorithms: readonly Algorithm[] = ['ES256', 'RS256', 'PS256'];

/** Says whether a string names a supported algorithm; exact spelling (RFC 7515 §4.1.1 is case-sensitive). */
export function isAlgorithm(value: unknown): value is Algorithm {
  return supportedAlgorithms.some((algorithm) => algorithm === value);
}

/** Says whether a string names an algorithm of public keys. */
export function isPublicKeyAlgorithm(value: unknown): value is (typeof publicKeyAlgorithms)[number] {
  return publicKeyAlgorithms.some((algorithm) => algorithm === value);
}
