import { createHmac, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessTokenStrategy } from '../guard/access-token.strategy.js';
import { TokenInvalid } from '../refuse/index.js';
import { createTestIssuer, type TestClaims, type TestIssuer } from '../testing/index.js';
import { TokenVerifier } from './token-verifier.js';
import { trustIssuer } from './trusted-issuer.js';

const audience = 'order.service';
const now = () => Math.floor(Date.now() / 1000);

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

  test.each<[string, (token: string) => string]>([
    ['one segment', (good) => good.split('.')[0] ?? ''],
    ['two segments', (good) => good.split('.').slice(0, 2).join('.')],
    ['five segments', (good) => `${good}.a.b`],
    ['JSON serialization', (good) => JSON.stringify({ payload: good.split('.')[1], signatures: [] })],
    ['an empty signature', (good) => `${good.split('.').slice(0, 2).join('.')}.`],
    ['an empty header', (good) => good.replace(/^[^.]+/, '')],
    ['a space inside a segment', (good) => good.replace('.', ' .')],
    ['a newline inside a segment', (good) => good.replace('.', '\n.')],
    ['padding', (good) => `${good}=`],
    ['the alphabet of base64', (good) => good.replace(/\.[^.]+$/, `.${'+/'.repeat(43)}`)],
    ['spare bits', (good) => respell(good)],
    ['more than 8 KiB', (good) => `${good}${'A'.repeat(8192)}`],
    ['a byte order mark', (good) => withSegment(good, 0, (text) => `\ufeff${text}`)],
    ['a duplicate header member', (good) => withSegment(good, 0, (text) => text.replace('{', '{"alg":"none",'))],
    ['a duplicate claim', (good) => withSegment(good, 1, (text) => text.replace('{', '{"sub":"bob",'))],
    [
      'a duplicate claim in other spelling',
      (good) => withSegment(good, 1, (t) => t.replace('{', '{"s\\u0075b":"bob",')),
    ],
    ['a payload that is an array', (good) => withSegment(good, 1, (text) => `[${text}]`)],
    ['a payload that is null', (good) => withSegment(good, 1, () => 'null')],
    ['a payload that is no JSON', (good) => withSegment(good, 1, () => '{')],
    [
      'nesting beyond eight',
      (good) => withSegment(good, 1, (t) => t.replace('{', `{"a":${'['.repeat(8)}${']'.repeat(8)},`)),
    ],
    ['a __proto__ claim', (good) => withSegment(good, 1, (text) => text.replace('{', '{"__proto__":{"admin":true},'))],
  ])('refuses the form of a token with %s', async (_, spoil) => {
    expect(await reasonFor(spoil(token()))).toMatch(/^form\./);
  });

  test('refuses bytes that are not UTF-8', async () => {
    const [header, , signature] = token().split('.');
    expect(await reasonFor(`${header}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.${signature}`)).toBe(
      'form.not_utf8',
    );
  });

  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  test.each<[string, Record<string, unknown>]>([
    ['jwk', { jwk: publicKey.export({ format: 'jwk' }) }],
    ['jku', { jku: 'https://evil.example/jwks' }],
    ['x5u', { x5u: 'https://evil.example/cert' }],
    ['x5c', { x5c: ['MIIB'] }],
    ['crit', { crit: [] }],
    ['b64', { b64: false }],
    ['zip', { zip: 'DEF' }],
    ['cty', { cty: 'JWT' }],
    ['enc', { enc: 'A256GCM' }],
    ['algorithm', { alg: 'none' }],
    ['algorithm', { alg: 'nOnE' }],
    ['algorithm', { alg: 'es256' }],
    ['algorithm', { alg: 'HS256' }],
    ['algorithm', { alg: 'ES384' }],
    ['algorithm', { alg: ['ES256'] }],
    ['algorithm', { alg: undefined }],
    ['kid', { kid: undefined }],
    ['kid', { kid: '' }],
    ['kid', { kid: 1 }],
    ['kid', { kid: 'k'.repeat(129) }],
    ['typ', { typ: undefined }],
    ['typ', { typ: 'JWT' }],
    ['typ', { typ: 'logout+jwt' }],
    ['typ', { typ: 'application/secevent+jwt' }],
  ])('refuses the header member %s, though the signature holds: %j', async (member, header) => {
    expect(await reasonFor(token({ header }))).toBe(`header.${member}`);
  });

  test.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt'])('takes the type %s', async (typ) => {
    expect((await verifier.verify(token({ header: { typ } }))).subject).toBe('alice');
  });

  test.each<[string, Record<string, unknown>]>([
    ['header.algorithm_of_other_key', { alg: 'RS256' }],
    ['key.unknown', { kid: '../../etc/passwd' }],
    ['key.unknown', { kid: "' OR 1=1" }],
  ])('refuses for %s: %j', async (reason, header) => {
    expect(await reasonFor(token({ header }))).toBe(reason);
  });

  test('refuses a token that was signed with the public key as an HMAC secret', async () => {
    const [header, claims] = token().split('.');
    const confused = Buffer.from(JSON.stringify({ ...decode(header), alg: 'HS256' })).toString('base64url');
    const secret = JSON.stringify(await (await fetch(`${issuer.url}/.well-known/jwks.json`)).json());
    const signature = createHmac('sha256', secret).update(`${confused}.${claims}`).digest('base64url');
    expect(await reasonFor(`${confused}.${claims}.${signature}`)).toBe('header.algorithm');
  });

  test('refuses an ECDSA signature of zeros', async () => {
    expect(await reasonFor(token().replace(/[^.]+$/, Buffer.alloc(64).toString('base64url')))).toBe(
      'signature.mismatch',
    );
  });

  test.each<[string, Record<string, unknown>]>([
    ['exp.not_an_instant', { exp: undefined }],
    ['exp.not_an_instant', { exp: '9999999999' }],
    ['exp.not_an_instant', { exp: true }],
    ['exp.not_an_instant', { exp: null }],
    ['exp.not_an_instant', { exp: [] }],
    ['exp.not_an_instant', { exp: now() + 0.5 }],
    ['exp.not_an_instant', { exp: 0 }],
    ['exp.not_an_instant', { exp: -1 }],
    ['exp.lifetime_too_long', { exp: (now() + 300) * 1000 }],
    ['exp.lifetime_too_long', { iat: now(), exp: now() + 901 }],
    ['exp.before_iat', { iat: now(), exp: now() }],
    ['exp.passed', { iat: now() - 100, exp: now() - 11 }],
    ['iat.not_an_instant', { iat: undefined }],
    ['iat.not_an_instant', { iat: String(now()) }],
    ['iat.in_the_future', { iat: now() + 60, exp: now() + 120 }],
    ['nbf.in_the_future', { nbf: now() + 60 }],
    ['nbf.not_an_instant', { nbf: String(now()) }],
    ['iss.not_trusted', { iss: undefined }],
    ['iss.not_trusted', { iss: ['http://127.0.0.1'] }],
    ['iss.not_trusted', { iss: 'https://other.example' }],
    ['sub.not_a_string', { sub: '' }],
    ['sub.not_a_string', { sub: 7 }],
    ['sub.not_text', { sub: 'user\ud800' }],
    ['sub.not_text', { sub: 'a\u0000b' }],
    ['sub.not_text', { sub: 'a\r\nb' }],
    ['sub.too_long', { sub: 's'.repeat(256) }],
    ['jti.not_a_string', { jti: undefined }],
    ['jti.not_a_string', { jti: 7 }],
    ['aud.not_a_string', { aud: undefined }],
    ['aud.not_a_string', { aud: { [audience]: true } }],
    ['aud.not_a_string', { aud: 7 }],
    ['aud.not_a_string', { aud: '' }],
    ['aud.not_a_string', { aud: [[audience]] }],
    ['aud.other_service', { aud: [] }],
    ['aud.other_service', { aud: 'payment.service' }],
    ['aud.other_service', { aud: 'Order.Service' }],
    ['aud.other_service', { aud: 'order' }],
    ['aud.other_service', { aud: 'order.service/' }],
    ['scope.absent', { service_scopes: undefined, scope: undefined }],
    ['scope.not_an_array', { service_scopes: { 'order.read': true } }],
    ['scope.not_an_array', { service_scopes: 'order.read' }],
    ['scope.not_a_string', { service_scopes: [['order.read']] }],
    ['scope.not_a_string', { service_scopes: undefined, scope: 7 }],
    ['scope.contradictory', { scope: 'order.read order.write' }],
    ['cnf.unknown_binding', { cnf: { jkt: 'thumbprint' } }],
    ['client_id.not_a_string', { client_id: 7 }],
  ])('refuses claims for %s: %j', async (reason, claims) => {
    expect(await reasonFor(token({ claims }))).toBe(reason);
  });

  test('takes an audience that is a string, and either form of the scopes', async () => {
    expect((await verifier.verify(token({ claims: { aud: audience } }))).audience).toEqual([audience]);
    expect((await verifier.verify(token({ claims: { service_scopes: undefined } }))).scopes).toEqual(
      new Set(['order.read']),
    );
    expect((await verifier.verify(token({ claims: { scope: undefined } }))).scopes).toEqual(new Set(['order.read']));
  });

  test('refuses an issuer that differs by case or slash', async () => {
    expect(await reasonFor(token({ claims: { iss: `${issuer.url}/` } }))).toBe('iss.not_trusted');
    expect(await reasonFor(token({ claims: { iss: issuer.url.replace('http', 'HTTP') } }))).toBe('iss.not_trusted');
  });
});

function decode(segment = ''): Record<string, unknown> {
  return JSON.parse(Buffer.from(segment, 'base64url').toString());
}

function withSegment(token: string, index: number, change: (text: string) => string): string {
  const segments = token.split('.');
  const text = Buffer.from(segments[index] ?? '', 'base64url').toString();
  segments[index] = Buffer.from(change(text)).toString('base64url');
  return segments.join('.');
}

/** Another spelling of the same signature bytes: 64 bytes leave four spare bits in the last character. */
function respell(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) ?? '') + 1];
}
