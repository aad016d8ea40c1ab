import { createPrivateKey, createPublicKey, type JsonWebKey, KeyObject } from 'node:crypto';
import type { KeyMaterial, SignatureKeyPair } from './signature-key.js';

/** The curve of each algorithm, as `node:crypto` calls it. */
const curves = { ed25519: 'ed25519', 'ecdsa-p256-sha256': 'prime256v1' } as const;

/**
 * Reads one half of a key pair; undefined where it is none for this algorithm, or is the other half. A private key does not
 * stand in for a public one: who verifies would hold what signs.
 */
export function readHalf(
  type: 'public' | 'private',
  material: KeyMaterial,
  algorithm: SignatureKeyPair['algorithm'],
): KeyObject | undefined {
  const key = read(type, material);
  if (key?.type !== type) return undefined;
  return (key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType) === curves[algorithm] ? key : undefined;
}

function read(type: 'public' | 'private', material: KeyMaterial): KeyObject | undefined {
  if (material instanceof KeyObject) return material;
  try {
    if (type === 'private') return createPrivateKey(inputOf(material));
    return holdsPrivateKey(material) ? undefined : createPublicKey(inputOf(material));
  } catch {
    return undefined; // no key: the caller says so, without what `node:crypto` would quote
  }
}

function inputOf(material: string | JsonWebKey) {
  return typeof material === 'string' ? material : ({ key: material, format: 'jwk' } as const);
}

/** `node:crypto` makes a public key out of a private one without a word. */
function holdsPrivateKey(material: string | JsonWebKey): boolean {
  return typeof material === 'string' ? material.includes('PRIVATE KEY') : material.d !== undefined;
}
