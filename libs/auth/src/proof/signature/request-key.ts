import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { isKeyText } from './is-key-text.js';
import { readHalf } from './key-material.js';
import { baseHolds, type SignatureAlgorithm, signBase } from './signature-algorithm.js';
import { keyId, type SharedSignatureKey, type SignatureKey, type SignatureKeyPair } from './signature-key.js';

const minSecretBytes = 32;
const name = /^[A-Za-z0-9._-]{1,64}$/;

/** A signature key made ready for use: read once, and closed against whatever prints objects. */
export class RequestKey {
  /** The service that signs with it. */
  readonly caller: string;
  /** Its id on the wire, `caller/id`. */
  readonly keyId: string;
  readonly algorithm: SignatureAlgorithm;
  readonly #signing: KeyObject | undefined;
  readonly #verifying: KeyObject;

  /** @throws TypeError with the remedy, and without the key */
  constructor(key: SignatureKey) {
    if (![key.caller, key.id].every(isName)) {
      throw new TypeError(
        'A signature key needs a caller and an id of letters, digits, ".", "_" and "-", e.g. order/k1.',
      );
    }
    this.caller = key.caller;
    this.keyId = keyId(key);
    const { algorithm, signing, verifying } = isShared(key) ? readSecret(key) : readPair(key);
    this.algorithm = algorithm;
    this.#signing = signing;
    this.#verifying = verifying;
  }

  /** False for a key that only verifies. */
  get canSign(): boolean {
    return this.#signing !== undefined;
  }

  /** With what others verify; undefined for a shared secret. */
  get publicKey(): KeyObject | undefined {
    return this.#verifying.type === 'public' ? this.#verifying : undefined;
  }

  /**
   * Signs a signature base (RFC 9421 §2.5).
   * @throws TypeError where the key only verifies
   */
  sign(base: string): Buffer {
    if (!this.#signing) throw new TypeError(`Signature key ${this.keyId} only verifies. Give it its private key.`);
    return signBase(this.algorithm, base, this.#signing);
  }

  /** Says whether another key is the same, whatever it is called. */
  isSameAs(other: RequestKey): boolean {
    return this.#verifying.equals(other.#verifying);
  }

  /** Says whether a signature over a base holds, of whatever length it is. */
  holds(base: string, signature: Uint8Array): boolean {
    return baseHolds(this.algorithm, base, signature, this.#verifying);
  }
}

interface Reading {
  readonly algorithm: SignatureAlgorithm;
  readonly signing: KeyObject | undefined;
  readonly verifying: KeyObject;
}

function isName(text: unknown): boolean {
  return typeof text === 'string' && name.test(text);
}

/** @throws TypeError where it is both: which of the two signs would be anybody's guess */
function isShared(key: SignatureKey): key is SharedSignatureKey {
  const { secret, algorithm, publicKey, privateKey }: Partial<SharedSignatureKey & SignatureKeyPair> = key;
  if (secret === undefined) return false;
  if ([algorithm, publicKey, privateKey].every((member) => member === undefined)) return true;
  throw new TypeError(
    `Signature key ${keyId(key)} is both a secret and a key of a pair. Give it either a secret, or an algorithm and its keys.`,
  );
}

function readSecret(key: SharedSignatureKey): Reading {
  if (typeof key.secret !== 'string') {
    throw new TypeError(`The secret of signature key ${keyId(key)} is no text. Make one with: openssl rand -base64 32`);
  }
  const bytes = Buffer.from(key.secret);
  if (bytes.byteLength < minSecretBytes) {
    throw new TypeError(
      `The secret of signature key ${keyId(key)} is shorter than ${minSecretBytes} bytes. Make one with: openssl rand -base64 32`,
    );
  }
  if (isKeyText(key.secret)) {
    throw new TypeError(
      `The secret of signature key ${keyId(key)} is a key of a pair. Give it as publicKey or privateKey, with its algorithm.`,
    );
  }
  const secret = createSecretKey(bytes);
  return { algorithm: 'hmac-sha256', signing: secret, verifying: secret };
}

function readPair(key: SignatureKeyPair): Reading {
  const { algorithm } = key;
  if (algorithm !== 'ed25519' && algorithm !== 'ecdsa-p256-sha256') {
    throw new TypeError(
      `Signature key ${keyId(key)} has neither a secret nor a known algorithm. Say ed25519 or ecdsa-p256-sha256.`,
    );
  }
  const half = (type: 'public' | 'private') => {
    const material = key[`${type}Key`];
    if (material === undefined) return undefined;
    const read = readHalf(type, material, algorithm);
    if (read) return read;
    throw new TypeError(
      `The ${type}Key of signature key ${keyId(key)} is no ${type} key for ${algorithm}. Give one as PEM, JWK or KeyObject.`,
    );
  };
  const [given, signing] = [half('public'), half('private')];
  const own = signing && createPublicKey(signing);
  const verifying = given ?? own;
  if (!verifying)
    throw new TypeError(`Signature key ${keyId(key)} has no key in it. Give its publicKey, or its privateKey.`);
  if (own && !own.equals(verifying))
    throw new TypeError(`The two keys of signature key ${keyId(key)} are no pair. Leave publicKey out, or mend it.`);
  return { algorithm, signing, verifying };
}
