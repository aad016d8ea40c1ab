import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { KeySetUnusable, readKeySet } from './key-set.js';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const good = { ...ec.publicKey.export({ format: 'jwk' }), kid: 'good', use: 'sig', alg: 'ES256' };
const publicRsa = rsa.publicKey.export({ format: 'jwk' });

describe('a key set', () => {
  test.each([
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0', alg: 'HS256' }],
    ['an encryption key', { ...publicRsa, use: 'enc' }],
    ['a key for other operations', { ...publicRsa, key_ops: ['encrypt'] }],
    ['a private key', rsa.privateKey.export({ format: 'jwk' })],
    ['a short RSA key', weak.publicKey.export({ format: 'jwk' })],
    ['an RSA key with the exponent 1', { ...publicRsa, e: 'AQ' }],
    ['an algorithm of another key type', { ...publicRsa, alg: 'ES256' }],
    ['an algorithm of another curve', { ...good, alg: 'ES384' }],
    ['an unknown algorithm', { ...publicRsa, alg: 'none' }],
    ['a point that is not on the curve', { ...good, x: good.y, y: good.x }],
    ['a curve that is an object', { ...good, crv: { toString: 1 } }],
    ['a curve of the prototype', { ...good, crv: 'constructor' }],
    ['no key at all', 'text'],
    ['null', null],
  ])('ignores %s and uses the others', (_, unfit) => {
    const listed = typeof unfit === 'object' && unfit !== null ? { ...unfit, kid: 'unfit' } : unfit;
    expect([...readKeySet({ keys: [listed, good] }).keys()]).toEqual(['good']);
  });

  test('ignores both of two keys under one id', () => {
    const twice = { ...publicRsa, kid: 'twice' };
    expect([...readKeySet({ keys: [twice, good, { ...good, kid: 'twice' }, twice] }).keys()]).toEqual(['good']);
  });

  test('lets an RSA key without an algorithm be used with RSA algorithms only', () => {
    const algorithms = readKeySet({ keys: [{ ...publicRsa, kid: 'rsa' }] }).get('rsa')?.algorithms;
    expect([...(algorithms ?? [])]).toEqual(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']);
  });

  test.each([[{}], [[]], [null], ['<html>'], [{ keys: {} }], [{ keys: [] }], [{ keys: [{ ...good, kid: '' }] }]])(
    'cannot be read from %j',
    (document) => {
      expect(() => readKeySet(document)).toThrow(KeySetUnusable);
    },
  );
});
