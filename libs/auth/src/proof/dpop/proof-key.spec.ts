import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keyThumbprint, proofKey } from './proof-key.js';

const jwkOf = (key: { export(options: { format: 'jwk' }): object }) =>
  key.export({ format: 'jwk' }) as Record<string, string>;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed = generateKeyPairSync('ed25519');
const rsa = (modulusLength: number, publicExponent = 65_537) =>
  jwkOf(generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey);

/** RFC 7638 §3.1. */
const rsaOfTheRfc = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
  kid: '2011-04-29',
};
/** RFC 8037 appendix A.3. */
const edOfTheRfc = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
/** RFC 9449 §4.2 and §6.1. */
const ecOfTheRfc = {
  kty: 'EC',
  x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
  y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
  crv: 'P-256',
};

describe('the thumbprint of the key of', () => {
  test.each([
    ['RFC 7638 §3.1', rsaOfTheRfc, 'RS256', 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'],
    ['RFC 8037 §A.3', edOfTheRfc, 'EdDSA', 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
    ['RFC 9449 §6.1', ecOfTheRfc, 'ES256', '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'],
  ] as const)('%s is the one that stands there', (_, jwk, algorithm, thumbprint) => {
    const key = proofKey(jwk, algorithm);
    expect(key?.thumbprint).toBe(thumbprint);
    expect(key && keyThumbprint(key.key)).toBe(thumbprint);
  });
});

describe('a key is unfit', () => {
  const good = jwkOf(ec.publicKey);
  test.each<[string, unknown, Parameters<typeof proofKey>[1]]>([
    ['absent', undefined, 'ES256'],
    ['null', null, 'ES256'],
    ['a list', [good], 'ES256'],
    ['a text', JSON.stringify(good), 'ES256'],
    ['of another curve', jwkOf(p384.publicKey), 'ES256'],
    ['of another type', jwkOf(ed.publicKey), 'ES256'],
    ['an EC key for RSA', good, 'RS256'],
    ['private', jwkOf(ec.privateKey), 'ES256'],
    ['private, of Ed25519', jwkOf(ed.privateKey), 'EdDSA'],
    ['symmetric', { kty: 'oct', k: 'AAAA' }, 'ES256'],
    ['symmetric beside public', { ...good, k: 'AAAA' }, 'ES256'],
    ['labelled for another algorithm', { ...good, alg: 'ES384' }, 'ES256'],
    ['labelled for encryption', { ...good, use: 'enc' }, 'ES256'],
    ['for wrapping keys', { ...good, key_ops: ['wrapKey'] }, 'ES256'],
    ['off its curve', { ...good, x: good.y, y: good.x }, 'ES256'],
    ['without a coordinate', { kty: 'EC', crv: 'P-256', x: good.x }, 'ES256'],
    ['padded', { ...good, x: `${good.x}=` }, 'ES256'],
    ['spelled with a leading zero', { ...good, x: `AA${good.x}` }, 'ES256'],
    ['RSA of 1024 bits', rsa(1024), 'RS256'],
    ['RSA with an exponent of many bits', { ...rsa(2048), e: 'AQAAAAAB' }, 'RS256'],
    ['RSA with the exponent 1', { ...rsa(2048), e: 'AQ' }, 'RS256'],
  ])('that is %s', (_, jwk, algorithm) => {
    expect(proofKey(jwk, algorithm)).toBeNull();
  });

  test('that could be spelled in two ways', () => {
    const spare = `${good.x?.slice(0, -1)}${nextLetter(good.x?.at(-1) ?? '')}`;
    expect(createPublicKey({ key: { ...good, x: spare }, format: 'jwk' }).equals(ec.publicKey)).toBe(true);
    expect(proofKey({ ...good, x: spare }, 'ES256')).toBeNull();
  });
});

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The last letter of 32 bytes holds two spare bits. */
function nextLetter(letter: string): string {
  return alphabet[alphabet.indexOf(letter) + 1] ?? '';
}
