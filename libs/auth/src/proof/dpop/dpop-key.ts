import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { DpopAlgorithm } from './dpop-algorithm.js';
import { keyThumbprint, proofKey } from './proof-key.js';

/** A client's key pair for proofs. Whoever has it can use the tokens that are bound to it: it never leaves the client. */
export interface DpopKey {
  readonly algorithm: DpopAlgorithm;
  readonly privateKey: KeyObject;
  /** What goes into each proof. */
  readonly publicJwk: JsonWebKey;
  /** What tokens that are bound to the key name it by: `cnf.jkt` (RFC 9449 §6.1). */
  readonly thumbprint: string;
}

const makePrivate: Readonly<Record<DpopAlgorithm, () => KeyObject>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: () => generateKeyPairSync('ed25519').privateKey,
  Ed25519: () => generateKeyPairSync('ed25519').privateKey,
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
};

/** Makes a key pair for proofs; it lives as long as the object does. */
export function createDpopKey(algorithm: DpopAlgorithm = 'ES256'): DpopKey {
  return dpopKey(makePrivate[algorithm](), algorithm);
}

/** How a key signs unless it is told, by its type. */
const usual: Readonly<Record<string, DpopAlgorithm>> = { ec: 'ES256', ed25519: 'EdDSA', rsa: 'PS256' };

/**
 * Reads a private key that was kept, as a JWK or PEM text.
 * @param algorithm default: ES256, EdDSA or PS256, by the key's type
 * @throws TypeError where it is no private key, or does not fit the algorithm
 */
export function readDpopKey(key: JsonWebKey | string, algorithm?: DpopAlgorithm): DpopKey {
  const privateKey = importPrivate(key);
  return dpopKey(privateKey, algorithm ?? usual[privateKey.asymmetricKeyType ?? ''] ?? 'ES256');
}

function importPrivate(key: JsonWebKey | string): KeyObject {
  try {
    return createPrivateKey(typeof key === 'string' ? key : { key, format: 'jwk' });
  } catch {
    // Without the cause: its message may quote the key.
    throw new TypeError('The key for proofs is no private key. Give it as a JWK or in PEM.');
  }
}

function dpopKey(privateKey: KeyObject, algorithm: DpopAlgorithm): DpopKey {
  const publicKey = createPublicKey(privateKey);
  const publicJwk = publicKey.export({ format: 'jwk' });
  if (!proofKey(publicJwk, algorithm)) {
    throw new TypeError(`The key for proofs does not fit ${algorithm}. Name its own algorithm, or make another key.`);
  }
  return { algorithm, privateKey, publicJwk, thumbprint: keyThumbprint(publicKey) };
}
