import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { CompactEncrypt, EncryptJWT, FlattenedEncrypt, GeneralEncrypt, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessTokenStrategy } from '../../guard/access-token.strategy.js';
import { TokenInvalid } from '../../refuse/index.js';
import { TokenVerifier } from '../../verify/token-verifier.js';
import { trustIssuer } from '../../verify/trusted-issuer.js';
import { createTestIssuer, type TestIssuer } from '../test-issuer.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const secret = createSecretKey(randomBytes(32));
const bytes = (text: string) => new TextEncoder().encode(text);
const nested = { cty: 'JWT', typ: 'at+jwt', kid: 'any' };

/** Every way to put a token into an envelope: what is inside is a good access token, or claims that nobody signed. */
const envelopes: Readonly<Record<string, (token: string) => Promise<string | object>>> = {
  'a token encrypted to an RSA key': (token) =>
    new CompactEncrypt(bytes(token))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', ...nested })
      .encrypt(rsa.publicKey),
  'a token encrypted with a shared key': (token) => sealed(token, secret),
  'a token encrypted under a wrapped key': (token) =>
    new CompactEncrypt(bytes(token))
      .setProtectedHeader({ alg: 'A256KW', enc: 'A128CBC-HS256', ...nested })
      .encrypt(secret),
  'a token encrypted twice': async (token) => sealed(await sealed(token, secret), secret),
  'claims that are encrypted and not signed': (token) =>
    new EncryptJWT(claimsOf(token)).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: 'at+jwt' }).encrypt(secret),
  'an unsigned token inside encryption': (token) => sealed(new UnsecuredJWT(claimsOf(token)).encode(), secret),
  'the flattened JSON serialization': (token) =>
    new FlattenedEncrypt(bytes(token))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })
      .encrypt(rsa.publicKey),
  'the general JSON serialization': (token) =>
    new GeneralEncrypt(bytes(token))
      .setProtectedHeader({ enc: 'A256GCM' })
      .addRecipient(rsa.publicKey)
      .setUnprotectedHeader({ alg: 'RSA-OAEP-256' })
      .addRecipient(secret)
      .setUnprotectedHeader({ alg: 'A256KW' })
      .encrypt(),
  'five segments of which three are a good token': async (token) => `${token}..`,
  'a good signature and a header that says it is encrypted': async (token) => token,
};

describe('the verifier and JWE (RFC 7516)', () => {
  let issuer: TestIssuer;
  let verifier: TokenVerifier;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    verifier = new TokenVerifier({
      issuers: [trustIssuer({ issuer: issuer.url, audience: 'order.service' }, false)],
      signatureHolds: new AccessTokenStrategy().holds,
      clockToleranceSeconds: 10,
    });
  });

  afterAll(() => issuer.close());

  test('takes the token that the envelopes hold', async () => {
    expect((await verifier.verify(issuer.token({ audience: 'order.service' }))).subject).toBe('alice');
  });

  test.each(Object.entries(envelopes))('refuses %s', async (name, seal) => {
    const header = name.includes('header') ? { enc: 'A256GCM' } : {};
    const envelope = await seal(issuer.token({ audience: 'order.service', header }));
    const token = typeof envelope === 'string' ? envelope : JSON.stringify(envelope);
    await expect(verifier.verify(token)).rejects.toBeInstanceOf(TokenInvalid);
  });
});

function sealed(token: string, key: KeyObject): Promise<string> {
  return new CompactEncrypt(bytes(token)).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', ...nested }).encrypt(key);
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
