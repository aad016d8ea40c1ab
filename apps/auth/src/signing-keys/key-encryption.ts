import { createCipheriv, createDecipheriv, type JsonWebKey, randomBytes } from 'node:crypto';

/** A 256-bit key that encrypts private signing keys at rest. */
export interface EncryptionKey {
  id: string;
  bytes: Buffer;
}

/** A private JWK sealed with AES-256-GCM; the binary members are base64url. */
interface SealedJwk {
  encryptedWith: string;
  iv: string;
  ciphertext: string;
  tag: string;
}

/** A private key as the database holds it: sealed, or in clear where no encryption is configured. */
export type StoredPrivateKey = SealedJwk | { jwk: JsonWebKey };

/** A stored private key that the configured keys cannot open. The message ends in the remedy. */
export class KeyNotDecryptable extends Error {
  override readonly name = 'KeyNotDecryptable';
}

const cipher = 'aes-256-gcm';

/** Seals private keys with the first of the configured keys and opens them with any; the `kid` is bound to the seal as AAD. */
export class KeyEncryption {
  constructor(private readonly keys: readonly EncryptionKey[]) {}

  /** The stored form of a private JWK: sealed if a key is configured, else in clear. */
  seal(kid: string, jwk: JsonWebKey): StoredPrivateKey {
    const [key] = this.keys;
    return key ? sealWith(key, kid, jwk) : { jwk };
  }

  /** The private JWK. Throws KeyNotDecryptable where the key is missing or is another one than it was sealed with. */
  open(kid: string, stored: StoredPrivateKey): JsonWebKey {
    if ('jwk' in stored) return stored.jwk;
    const key = this.keys.find(({ id }) => id === stored.encryptedWith);
    if (!key) throw new KeyNotDecryptable(missing(kid, stored.encryptedWith));
    return openWith(key, kid, stored);
  }

  /** Whether a stored key is not sealed as the configuration now asks for: in clear, or with another than the first key. */
  isOutdated(stored: StoredPrivateKey): boolean {
    const [key] = this.keys;
    return key !== undefined && ('jwk' in stored || stored.encryptedWith !== key.id);
  }
}

function sealWith(key: EncryptionKey, kid: string, jwk: JsonWebKey): SealedJwk {
  const iv = randomBytes(12);
  const encrypt = createCipheriv(cipher, key.bytes, iv).setAAD(Buffer.from(kid));
  const ciphertext = Buffer.concat([encrypt.update(JSON.stringify(jwk), 'utf8'), encrypt.final()]);
  return {
    encryptedWith: key.id,
    iv: iv.toString('base64url'),
    ciphertext: ciphertext.toString('base64url'),
    tag: encrypt.getAuthTag().toString('base64url'),
  };
}

function openWith(key: EncryptionKey, kid: string, sealed: SealedJwk): JsonWebKey {
  const decrypt = createDecipheriv(cipher, key.bytes, Buffer.from(sealed.iv, 'base64url'), { authTagLength: 16 })
    .setAAD(Buffer.from(kid))
    .setAuthTag(Buffer.from(sealed.tag, 'base64url'));
  const clear = [decrypt.update(Buffer.from(sealed.ciphertext, 'base64url'))];
  try {
    clear.push(decrypt.final());
  } catch (error) {
    throw new KeyNotDecryptable(wrong(kid, key.id), { cause: error });
  }
  return JSON.parse(Buffer.concat(clear).toString('utf8'));
}

const missing = (kid: string, id: string) =>
  `AUTH_KEY_ENCRYPTION_KEYS: signing key ${kid} is stored encrypted with key "${id}", which is not in the list. Add "${id}:<its base64>" to the list.`;

const wrong = (kid: string, id: string) =>
  `AUTH_KEY_ENCRYPTION_KEYS: key "${id}" is not the one that signing key ${kid} was encrypted with. Restore the original value of "${id}".`;
