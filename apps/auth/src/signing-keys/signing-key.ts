import { createHash, createPrivateKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** What a key signs, and it alone. */
export type KeyPurpose = 'access-token' | 'security-event';

/** The algorithms that auth can sign with (RFC 7518 §3.1). */
export const signingAlgorithms = ['ES256', 'RS256', 'PS256'] as const;

/** One of the algorithms that auth can sign with. */
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** A public key as the JWKS shows it (RFC 7517 §4). */
export type PublicJwk = JsonWebKey & { kid: string; alg: SigningAlgorithm; use: 'sig' };

/** A key pair; its `kid` is the RFC 7638 thumbprint. */
export interface SigningKey {
  kid: string;
  algorithm: SigningAlgorithm;
  publicJwk: PublicJwk;
  privateKey: KeyObject;
}

const rsaModulusBits = 3072;

/** Makes a key pair for an algorithm: P-256, or RSA with 3072 bits. */
export async function generateSigningKey(algorithm: SigningAlgorithm): Promise<SigningKey> {
  const { privateKey } =
    algorithm === 'ES256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: rsaModulusBits });
  const publicJwk = describe(privateKey, algorithm);
  return { kid: publicJwk.kid, algorithm, publicJwk, privateKey };
}

/** Reads a private JWK back into a key pair. Throws if it is not a private key. */
export function importSigningKey(privateJwk: JsonWebKey, algorithm: SigningAlgorithm): SigningKey {
  const privateKey = createPrivateKey({ key: privateJwk, format: 'jwk' });
  const publicJwk = describe(privateKey, algorithm);
  return { kid: publicJwk.kid, algorithm, publicJwk, privateKey };
}

/** Names the public members one by one: what is not listed here cannot leak. */
function describe(privateKey: KeyObject, alg: SigningAlgorithm): PublicJwk {
  const { kty, crv, x, y, n, e } = privateKey.export({ format: 'jwk' });
  const members = kty === 'EC' ? { crv, kty, x, y } : { e, kty, n };
  return { ...members, kid: thumbprint(members), alg, use: 'sig' };
}

/** SHA-256 over the required members of a key, given in lexicographic order (RFC 7638 §3). */
export function thumbprint(requiredMembers: JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify(requiredMembers)).digest('base64url');
}
