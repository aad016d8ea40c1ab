import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { KeyEncryption, KeyNotDecryptable } from './key-encryption.js';

const jwk = { kty: 'EC', crv: 'P-256', x: 'public-x', y: 'public-y', d: 'private-d' };
const key = (id: string) => ({ id, bytes: randomBytes(32) });
const [k1, k2] = [key('k1'), key('k2')];

test('seals with the first key and opens with any', () => {
  const sealed = new KeyEncryption([k1]).seal('kid', jwk);
  expect(JSON.stringify(sealed)).not.toContain('private-d');
  expect(sealed).toMatchObject({ encryptedWith: 'k1' });
  expect(new KeyEncryption([k2, k1]).open('kid', sealed)).toEqual(jwk);
});

test('seals the same key differently each time', () => {
  const encryption = new KeyEncryption([k1]);
  expect(encryption.seal('kid', jwk)).not.toEqual(encryption.seal('kid', jwk));
});

test('leaves a key in clear where no encryption is configured, and reads it back', () => {
  const encryption = new KeyEncryption([]);
  expect(encryption.open('kid', encryption.seal('kid', jwk))).toEqual(jwk);
});

test('says which key is missing', () => {
  const sealed = new KeyEncryption([k1]).seal('kid', jwk);
  expect(() => new KeyEncryption([k2]).open('kid', sealed)).toThrow(/AUTH_KEY_ENCRYPTION_KEYS: .*"k1".* Add "k1:/);
});

test('refuses another key under the same id', () => {
  const sealed = new KeyEncryption([k1]).seal('kid', jwk);
  const other = new KeyEncryption([{ id: 'k1', bytes: k2.bytes }]);
  expect(() => other.open('kid', sealed)).toThrow(/"k1" is not the one .* Restore the original value/);
});

test('refuses a sealed key that was moved to another kid', () => {
  const encryption = new KeyEncryption([k1]);
  expect(() => encryption.open('other', encryption.seal('kid', jwk))).toThrow(KeyNotDecryptable);
});

test('finds outdated what is in clear or under another than the first key', () => {
  const clear = new KeyEncryption([]).seal('kid', jwk);
  const sealed = new KeyEncryption([k1]).seal('kid', jwk);
  expect(new KeyEncryption([k1]).isOutdated(clear)).toBe(true);
  expect(new KeyEncryption([k2, k1]).isOutdated(sealed)).toBe(true);
  expect(new KeyEncryption([k1, k2]).isOutdated(sealed)).toBe(false);
  expect(new KeyEncryption([]).isOutdated(clear)).toBe(false);
});
