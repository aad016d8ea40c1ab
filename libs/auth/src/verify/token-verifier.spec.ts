import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessTokenStrategy } from '../guard/access-token.strategy.js';
import { TokenInvalid } from '../refuse/index.js';
import { createTestIssuer, type TestClaims, type TestIssuer } from '../testing/index.js';
import { TokenVerifier } from './token-verifier.js';
import { trustIssuer } from './trusted-issuer.js';

const audience = 'order.service';
const now = () => Math.floor(Date.now() / 1000);

/** Which check refused is for the log alone; that these tokens and many more are refused is for `testing/attacks`. */
describe('the verifier', () => {
  let issuer: TestIssuer;
  let verifier: TokenVerifier;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    verifier = new TokenVerifier({
      issuers: [trustIssuer({ issuer: issuer.url, audience }, false)],
      signatureHolds: new AccessTokenStrategy().holds,
      clockToleranceSeconds: 10,
    });
  });

  afterAll(() => issuer.close());

  const token = (claims: TestClaims = {}) => issuer.token({ audience, scopes: ['order.read'], ...claims });
  const reasonFor = async (bad: string) => {
    const refusal = await verifier.verify(bad).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TokenInvalid);
    return (refusal as TokenInvalid).reason;
  };

  test('says who calls', async () => {
    expect(await verifier.verify(token())).toMatchObject({
      issuer: issuer.url,
      subject: 'alice',
      clientId: 'test',
      audience: [audience],
      scopes: new Set(['order.read']),
    });
  });

  test.each<[string, (good: string) => string]>([
    ['form.not_three_segments', (good) => good.split('.').slice(0, 2).join('.')],
    ['form.not_base64url', (good) => `${good}=`],
    ['form.not_canonical', (good) => respell(good)],
    ['form.too_large', (good) => `${good}${'A'.repeat(8192)}`],
    ['form.not_utf8', (good) => withClaims(good, () => Buffer.from([0x7b, 0xff, 0x7d]))],
    ['form.not_json', (good) => withClaims(good, () => '{')],
    ['form.not_an_object', (good) => withClaims(good, () => '[]')],
    ['form.duplicate_member', (good) => withClaims(good, (json) => json.replace('{', '{"sub":"bob",'))],
    ['form.too_deep', (good) => withClaims(good, () => `{"a":${'['.repeat(8)}${']'.repeat(8)}}`)],
    ['form.prototype_member', (good) => withClaims(good, () => '{"__proto__":{}}')],
    ['signature.mismatch', (good) => good.replace(/[^.]+$/, Buffer.alloc(64).toString('base64url'))],
  ])('tells the log %s', async (reason, spoil) => {
    expect(await reasonFor(spoil(token()))).toBe(reason);
  });

  test.each<[string, Record<string, unknown>]>([
    ['header.jwk', { jwk: {} }],
    ['header.jku', { jku: 'https://evil.example/jwks' }],
    ['header.x5u', { x5u: 'https://evil.example/cert' }],
    ['header.x5c', { x5c: ['MIIB'] }],
    ['header.crit', { crit: [] }],
    ['header.b64', { b64: false }],
    ['header.zip', { zip: 'DEF' }],
    ['header.cty', { cty: 'JWT' }],
    ['header.enc', { enc: 'A256GCM' }],
    ['header.algorithm', { alg: 'none' }],
    ['header.algorithm_of_other_key', { alg: 'RS256' }],
    ['header.kid', { kid: 1 }],
    ['header.typ', { typ: 'JWT' }],
    ['key.unknown', { kid: '../../etc/passwd' }],
  ])('tells the log %s for the header %j', async (reason, header) => {
    expect(await reasonFor(token({ header }))).toBe(reason);
  });

  test.each<[string, Record<string, unknown>]>([
    ['exp.not_an_instant', { exp: undefined }],
    ['exp.lifetime_too_long', { iat: now(), exp: now() + 901 }],
    ['exp.before_iat', { iat: now(), exp: now() }],
    ['exp.passed', { iat: now() - 100, exp: now() - 11 }],
    ['iat.not_an_instant', { iat: undefined }],
    ['iat.in_the_future', { iat: now() + 60, exp: now() + 120 }],
    ['nbf.in_the_future', { nbf: now() + 60 }],
    ['nbf.not_an_instant', { nbf: String(now()) }],
    ['iss.not_trusted', { iss: 'https://other.example' }],
    ['sub.not_a_string', { sub: '' }],
    ['jti.not_a_string', { jti: undefined }],
    ['client_id.not_a_string', { client_id: 7 }],
    ['aud.not_a_string', { aud: undefined }],
    ['aud.other_service', { aud: 'payment.service' }],
    ['scope.absent', { service_scopes: undefined, scope: undefined }],
    ['scope.not_an_array', { service_scopes: 'order.read' }],
    ['scope.not_a_string', { service_scopes: [['order.read']] }],
    ['scope.contradictory', { scope: 'order.read order.write' }],
    ['cnf.unknown_binding', { cnf: { jkt: 'thumbprint' } }],
  ])('tells the log %s for the claims %j', async (reason, claims) => {
    expect(await reasonFor(token({ claims }))).toBe(reason);
  });
});

function withClaims(token: string, change: (json: string) => string | Buffer): string {
  const [header, claims = '', signature] = token.split('.');
  const changed = Buffer.from(change(Buffer.from(claims, 'base64url').toString()) as string);
  return `${header}.${changed.toString('base64url')}.${signature}`;
}

/** Another spelling of the same signature bytes: 64 bytes leave four spare bits in the last character. */
function respell(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) ?? '') + 1];
}
