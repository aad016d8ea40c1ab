import { createHmac, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { RequestKey, type SignatureKey } from '../../proof/index.js';
import type { AttackContext } from './attack-context.js';
import { Inapplicable } from './attack-request.js';
import type { Deviation, SignatureAlgorithm } from './signed-request.js';

/** A fresh key of the same kind under the same id, as somebody would make who knows how keys are called. */
export function forgedKey({ caller, id }: SignatureKey, algorithm: SignatureAlgorithm): SignatureKey {
  switch (algorithm) {
    case 'hmac-sha256':
      return { caller, id, secret: randomBytes(32).toString('base64') };
    case 'ed25519':
      return { caller, id, algorithm, ...generateKeyPairSync('ed25519') };
    case 'ecdsa-p256-sha256':
      return { caller, id, algorithm, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
  }
}

/** The spellings of a public key that could be taken for a secret. */
export const publicKeyBytes: Readonly<Record<string, (key: KeyObject) => Uint8Array | string>> = {
  PEM: (key) => key.export({ format: 'pem', type: 'spki' }),
  'PEM without its last line break': (key) => key.export({ format: 'pem', type: 'spki' }).toString().trim(),
  DER: (key) => key.export({ format: 'der', type: 'spki' }),
  'DER in base64': (key) => key.export({ format: 'der', type: 'spki' }).toString('base64'),
  JWK: (key) => JSON.stringify(key.export({ format: 'jwk' })),
  'its x': (key) => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url'),
};

/** Signs with hmac-sha256 and the public key as the secret, under the id of the pair. */
export function downgrade(
  context: AttackContext,
  algorithm: SignatureAlgorithm,
  spell: (key: KeyObject) => Uint8Array | string,
  alg: string | undefined,
): Deviation {
  const { publicKey } = new RequestKey(context.signatureKey(algorithm));
  if (!publicKey) throw new Inapplicable('a shared secret has no public key');
  const secret = spell(publicKey);
  return { parameters: { alg }, seal: (base) => createHmac('sha256', secret).update(base).digest() };
}
