import type { JsonWebKey, KeyObject } from 'node:crypto';

/** A key with which one service signs its requests to others. On the wire its id is `caller/id`. The key alone says the algorithm. */
export type SignatureKey = SharedSignatureKey | SignatureKeyPair;

interface NamedKey {
  /** The service that signs with it. */
  readonly caller: string;
  readonly id: string;
}

/** A secret that both services hold (hmac-sha256, RFC 9421 §3.3.3): who verifies with it could sign with it too. */
export interface SharedSignatureKey extends NamedKey {
  /** At least 32 bytes. */
  readonly secret: string;
}

/** A key pair (RFC 9421 §3.3.4 and §3.3.6): who verifies holds the public key alone, and can sign nothing. */
export interface SignatureKeyPair extends NamedKey {
  readonly algorithm: 'ed25519' | 'ecdsa-p256-sha256';
  /** Default: the one that belongs to the private key. */
  readonly publicKey?: KeyMaterial;
  /** Without it the key verifies, and signs nothing. */
  readonly privateKey?: KeyMaterial;
}

/** PEM text, a JWK (RFC 7517), or a key of `node:crypto`. */
export type KeyMaterial = string | JsonWebKey | KeyObject;

/** A key's id on the wire. */
export function keyId({ caller, id }: Pick<SignatureKey, 'caller' | 'id'>): string {
  return `${caller}/${id}`;
}
