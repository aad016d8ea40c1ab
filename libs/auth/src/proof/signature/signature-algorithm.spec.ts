import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { baseHolds, type SignatureAlgorithm, signBase } from './signature-algorithm.js';

/** RFC 9421 appendix B.1.5, B.1.4 and B.1.3: keys for tests, known to everybody. */
const secret = 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==';
const ed25519 = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU',
  x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs',
};
const p256 = {
  kty: 'EC',
  crv: 'P-256',
  x: 'qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA',
  y: 'Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0',
};
const publicOf = (key: JsonWebKey) => createPublicKey({ key, format: 'jwk' });

const vectors = [
  {
    section: 'B.2.4',
    algorithm: 'ecdsa-p256-sha256',
    verifying: publicOf(p256),
    signature: 'wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==',
    base: `"@status": 200
"content-type": application/json
"content-digest": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:
"content-length": 23
"@signature-params": ("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"`,
  },
  {
    section: 'B.2.5',
    algorithm: 'hmac-sha256',
    signing: createSecretKey(Buffer.from(secret, 'base64')),
    verifying: createSecretKey(Buffer.from(secret, 'base64')),
    signature: 'pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=',
    base: `"date": Tue, 20 Apr 2021 02:07:55 GMT
"@authority": example.com
"content-type": application/json
"@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"`,
  },
  {
    section: 'B.2.6',
    algorithm: 'ed25519',
    signing: createPrivateKey({ key: ed25519, format: 'jwk' }),
    verifying: publicOf(ed25519),
    signature: 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==',
    base: `"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`,
  },
] as const;

describe.each(vectors)('$algorithm, RFC 9421 $section', ({ algorithm, base, signature, verifying }) => {
  const bytes = Buffer.from(signature, 'base64');

  test('takes the signature of the appendix', () => {
    expect(baseHolds(algorithm, base, bytes, verifying)).toBe(true);
  });

  test('takes it for no other base', () => {
    expect(baseHolds(algorithm, `${base} `, bytes, verifying)).toBe(false);
  });

  test.each([0, 1, bytes.byteLength - 1, bytes.byteLength + 1, 128])('refuses a signature of %d bytes', (length) => {
    expect(baseHolds(algorithm, base, Buffer.alloc(length, bytes), verifying)).toBe(false);
  });

  test('refuses every signature with one bit changed, and one of zeros', () => {
    for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(baseHolds(algorithm, base, changed, verifying)).toBe(false);
    }
    expect(baseHolds(algorithm, base, Buffer.alloc(bytes.byteLength), verifying)).toBe(false);
  });
});

test.each(vectors.filter((vector) => 'signing' in vector))(
  '$algorithm makes the signature of RFC 9421 $section',
  (vector) => {
    expect(signBase(vector.algorithm, vector.base, vector.signing).toString('base64')).toBe(vector.signature);
  },
);

test('ecdsa-p256-sha256 makes signatures that hold, in 64 bytes and not in DER', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm: SignatureAlgorithm = 'ecdsa-p256-sha256';
  const made = Array.from({ length: 50 }, (_, n) => signBase(algorithm, String(n), privateKey));
  expect(made.every((signature) => signature.byteLength === 64)).toBe(true);
  expect(made.every((signature, n) => baseHolds(algorithm, String(n), signature, publicKey))).toBe(true);
});
