import { expect, test } from 'vitest';
import { generateSigningKey, importSigningKey, signingAlgorithms, thumbprint } from './signing-key.js';

test('names a key by its thumbprint: the example of RFC 7638 §3.1', () => {
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
  expect(thumbprint({ e: 'AQAB', kty: 'RSA', n })).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
});

test.each(signingAlgorithms)('makes a key for %s that survives being stored', async (algorithm) => {
  const key = await generateSigningKey(algorithm);
  const read = importSigningKey(key.privateKey.export({ format: 'jwk' }), algorithm);
  expect(read.publicJwk).toEqual(key.publicJwk);
  expect(read.privateKey.equals(key.privateKey)).toBe(true);
  expect(key.publicJwk).toMatchObject({ kid: key.kid, alg: algorithm, use: 'sig' });
});

test('shows the public members and nothing else', async () => {
  const { publicJwk: ec } = await generateSigningKey('ES256');
  expect(Object.keys(ec).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  const { publicJwk: rsa, privateKey } = await generateSigningKey('PS256');
  expect(Object.keys(rsa).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  expect(privateKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
});
