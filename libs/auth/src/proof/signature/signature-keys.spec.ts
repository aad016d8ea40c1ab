import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { RequestKey } from './request-key.js';
import type { SignatureKey } from './signature-key.js';
import { SignatureKeyRing } from './signature-key-ring.js';
import { readSignatureKey } from './signature-key-text.js';

const shared = { caller: 'order', id: 'k1', secret: 'a secret of more than thirty-two bytes' };
const pairs = {
  ed25519: generateKeyPairSync('ed25519'),
  'ecdsa-p256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const spki = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).toString('base64');
const pkcs8 = (key: KeyObject) => key.export({ format: 'der', type: 'pkcs8' }).toString('base64');
const jwk = (key: KeyObject) => key.export({ format: 'jwk' });
const sec1 = (key: KeyObject) => key.export({ format: 'der', type: 'sec1' }).toString('base64');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const base64url = (text: string) => Buffer.from(text, 'base64').toString('base64url');
const hex = (text: string) => Buffer.from(text, 'base64').toString('hex');
const ed = { caller: 'order', id: 'k1', algorithm: 'ed25519' } as const;
const { publicKey, privateKey } = pairs.ed25519;

describe('a signature key', () => {
  test.each<[string, SignatureKey, string]>([
    ['a short secret', { ...shared, secret: 'short' }, 'shorter than 32 bytes'],
    ['a caller with a slash', { ...shared, caller: 'a/b' }, 'letters, digits'],
    ['a public key as its secret', { ...shared, secret: spki(publicKey) }, 'key of a pair'],
    ['a public key in PEM as its secret', { ...shared, secret: pem(publicKey) }, 'key of a pair'],
    ['a private key as its secret', { ...shared, secret: pkcs8(privateKey) }, 'key of a pair'],
    ['a key in PEM in base64 as its secret', { ...shared, secret: base64(pem(privateKey)) }, 'key of a pair'],
    ['a public key in hexadecimal as its secret', { ...shared, secret: hex(spki(publicKey)) }, 'key of a pair'],
    ['a private key in base64url as its secret', { ...shared, secret: base64url(pkcs8(privateKey)) }, 'key of a pair'],
    ['a SEC1 key as its secret', { ...shared, secret: sec1(pairs['ecdsa-p256'].privateKey) }, 'key of a pair'],
    ['a public JWK as its secret', { ...shared, secret: JSON.stringify(jwk(publicKey)) }, 'key of a pair'],
    ['a private JWK as its secret', { ...shared, secret: JSON.stringify(jwk(privateKey)) }, 'key of a pair'],
    [
      'a JWK that is none as its secret',
      { ...shared, secret: '{"kty":"OKP","crv":"Ed25519","x":"confidential"}' },
      'of a pair',
    ],
    ['a labelled key as its secret', { ...shared, secret: `public:${spki(publicKey)}` }, 'key of a pair'],
    ['a key under two labels as its secret', { ...shared, secret: `k1:private:${pkcs8(privateKey)}` }, 'key of a pair'],
    ['a secret beside an algorithm', { ...shared, ...ed } as never, 'both a secret and a key of a pair'],
    ['a secret beside a public key', { ...shared, publicKey } as never, 'both a secret and a key of a pair'],
    ['a secret beside a private key', { ...shared, privateKey } as never, 'both a secret and a key of a pair'],
    ['a secret that is no text', { ...shared, secret: Buffer.alloc(32) as never }, 'is no text'],
    ['a secret that is null', { ...shared, secret: null as never }, 'is no text'],
    ['no caller', { ...shared, caller: undefined as never }, 'letters, digits'],
    ['neither secret nor algorithm', { caller: 'order', id: 'k1' } as never, 'neither a secret nor'],
    ['an unknown algorithm', { ...ed, algorithm: 'rsa-pss-sha512' as never }, 'neither a secret nor'],
    ['no key at all', ed, 'no key in it'],
    ['a key of another curve', { ...ed, algorithm: 'ecdsa-p256-sha256', publicKey: p384.publicKey }, 'no public key'],
    ['a key of another algorithm', { ...ed, publicKey: pairs['ecdsa-p256'].publicKey }, 'no public key'],
    ['a private key in the place of the public one', { ...ed, publicKey: privateKey }, 'no public key'],
    ['one in PEM', { ...ed, publicKey: pem(privateKey) }, 'no public key'],
    ['one as a JWK', { ...ed, publicKey: privateKey.export({ format: 'jwk' }) }, 'no public key'],
    ['a public key in the place of the private one', { ...ed, privateKey: publicKey }, 'no private key'],
    ['text that is no key', { ...ed, privateKey: 'confidential' }, 'no private key'],
    [
      'two keys that are no pair',
      { ...ed, privateKey, publicKey: generateKeyPairSync('ed25519').publicKey },
      'no pair',
    ],
  ])('is refused with %s', (_, key, message) => {
    const make = () => new RequestKey(key);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
    expect(make).not.toThrow('confidential');
  });

  test('is read where what it is not is undefined', () => {
    const none = { algorithm: undefined, publicKey: undefined, privateKey: undefined };
    expect(new RequestKey({ ...none, ...shared } as never).algorithm).toBe('hmac-sha256');
    expect(new RequestKey({ ...ed, publicKey, secret: undefined } as never).algorithm).toBe('ed25519');
  });

  test.each(['a secret: of more than thirty-two bytes', '{"not": "a key", "of": "thirty-two bytes"}', 'ab'.repeat(32)])(
    'is a secret that looks a little like a key: %s',
    (secret) => {
      expect(new RequestKey({ ...shared, secret }).algorithm).toBe('hmac-sha256');
    },
  );

  test.each(Object.entries(pairs))('is read as PEM, JWK and KeyObject: %s', (name, pair) => {
    const algorithm = name === 'ed25519' ? 'ed25519' : 'ecdsa-p256-sha256';
    for (const form of [pem, jwk, (key: KeyObject) => key]) {
      const signing = new RequestKey({ ...ed, algorithm, privateKey: form(pair.privateKey) });
      const verifying = new RequestKey({ ...ed, algorithm, publicKey: form(pair.publicKey) });
      expect(verifying.holds('base', signing.sign('base'))).toBe(true);
      expect(verifying.holds('other', signing.sign('base'))).toBe(false);
    }
  });

  test('that has no private key only verifies', () => {
    const key = new RequestKey({ ...ed, publicKey });
    expect(key.canSign).toBe(false);
    expect(() => key.sign('base')).toThrow('only verifies');
  });

  test('prints without what is secret in it', () => {
    const printed = inspect([new RequestKey(shared), new RequestKey({ ...ed, privateKey })], {
      depth: 9,
      showHidden: true,
    });
    expect(printed).not.toContain('a secret of');
    expect(JSON.stringify(new RequestKey(shared))).not.toContain('a secret of');
  });
});

describe('the signature keys of a system', () => {
  test('sign with the first of the own ones that can', () => {
    const retired = { ...ed, id: 'k0', publicKey };
    const ring = new SignatureKeyRing([retired, shared, { ...shared, id: 'k2' }]);
    expect(ring.signingKeyOf('order').keyId).toBe('order/k1');
    expect(ring.find('order/k0')?.canSign).toBe(false);
    expect(() => ring.signingKeyOf('payment')).toThrow('no signature key for "payment"');
  });

  test('sign with the one that is named, if it is an own one that can', () => {
    const ring = new SignatureKeyRing([shared, { ...shared, id: 'k2' }, { ...ed, id: 'k3', publicKey }]);
    expect(ring.signingKeyOf('order', 'order/k2').keyId).toBe('order/k2');
    for (const [caller, id] of [
      ['order', 'order/k3'],
      ['order', 'k2'],
      ['order', 'order/k4'],
      ['payment', 'order/k2'],
    ] as const)
      expect(() => ring.signingKeyOf(caller, id)).toThrow(
        `"${id}" is no signature key with which "${caller}" can sign`,
      );
  });

  test('do not share an id', () => {
    expect(() => new SignatureKeyRing([shared, shared])).toThrow('share one caller/id');
  });
});

describe('two callers', () => {
  test.each<[string, SignatureKey, object]>([
    ['a secret', shared, {}],
    ['a key pair', { ...ed, privateKey }, { privateKey: undefined, publicKey }],
  ])('do not share %s, with which each could sign as the other', (_, key, more) => {
    const ring = (...keys: SignatureKey[]) => new SignatureKeyRing(keys);
    expect(() => ring(key, { ...key, ...more, caller: 'audit' })).toThrow(
      'order/k1 and audit/k1 are one key of two callers',
    );
    expect(() => ring(key, { ...key, id: 'k2' })).not.toThrow();
  });
});

describe('a signature key in text', () => {
  test('is a secret', () => {
    expect(readSignatureKey(`order/k1:${'s'.repeat(32)}`)).toEqual({
      caller: 'order',
      id: 'k1',
      secret: 's'.repeat(32),
    });
  });

  test.each(Object.entries(pairs))('is a key of a pair: %s', (name, pair) => {
    const signing = new RequestKey(readSignatureKey(`order/k1:${name}-private:${pkcs8(pair.privateKey)}`));
    const verifying = new RequestKey(readSignatureKey(`order/k1:${name}-public:${spki(pair.publicKey)}`));
    expect([signing.canSign, verifying.canSign]).toEqual([true, false]);
    expect(verifying.holds('base', signing.sign('base'))).toBe(true);
  });

  test.each([
    'order/k1',
    'order:confidential-secret-of-enough-bytes-to-count',
    'order/k1:short',
    'order/k1:confidential-secret of-enough-bytes-to-count',
    `order/k1:${spki(publicKey)}`,
    `order/k1:ed25519-public:${pkcs8(privateKey)}`,
    `order/k1:ed25519-private:${spki(publicKey)}`,
    `order/k1:ed25519-public:${spki(pairs['ecdsa-p256'].publicKey)}`,
    `order/k1:ecdsa-p256-public:${spki(p384.publicKey)}`,
    `order/k1:ed25519:${spki(publicKey)}`,
    `order/k1:Ed25519-public:${spki(publicKey)}`,
    `order/k1:ecdsa-p384-public:${spki(p384.publicKey)}`,
    `order/k1:public:${spki(publicKey)}`,
    `order/k1:private-ed25519:confidential-${'s'.repeat(32)}`,
    `order/k1:p256-public:confidential-${'s'.repeat(32)}`,
    `order/k1:RSA_Private_key:confidential-${'s'.repeat(32)}`,
    `order/k1:key:${sec1(pairs['ecdsa-p256'].privateKey)}`,
    `order/k1:ed25519-private:confidential+${randomBytes(32).toString('base64')}`,
    'order/k1:ed25519-private:-----BEGIN PRIVATE KEY-----',
  ])('is not %j', (text) => {
    expect(() => readSignatureKey(text)).toThrow(TypeError);
    expect(() => readSignatureKey(text)).not.toThrow('confidential');
  });
});

function pem(key: KeyObject): string {
  return key.export({ format: 'pem', type: key.type === 'public' ? 'spki' : 'pkcs8' }).toString();
}
