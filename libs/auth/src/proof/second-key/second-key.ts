import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A second key as it is made: the key is for its holder alone and is shown once, the hash is what a token says of it. */
export interface SecondKey {
  readonly key: string;
  /** SHA-256 of the key, base64url. It tells nothing of the key, which has 256 bits of chance. */
  readonly hash: string;
}

/** The header field that carries a second key. */
export const secondKeyField = 'second-key';

/** Tells a leaked key from other text, for whoever searches logs and repositories for it. */
const prefix = 'wsk_';

/** Makes a second key. */
export function createSecondKey(): SecondKey {
  const key = prefix + randomBytes(32).toString('base64url');
  return { key, hash: digest(key).toString('base64url') };
}

/** Whether a key is the one of this hash. Hashes are compared, in constant time: how long that takes tells nothing of either. */
export function secondKeyMatches(presented: string, hash: string): boolean {
  const expected = Buffer.from(hash, 'base64url');
  const actual = digest(presented);
  return expected.byteLength === actual.byteLength && timingSafeEqual(actual, expected);
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
