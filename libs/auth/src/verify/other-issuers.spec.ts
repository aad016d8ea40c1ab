import { createPublicKey, createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { TokenInvalid } from '../refuse/index.js';
import { sealToken, segment } from '../testing/seal-token.js';
import { foreignIssuer, verifierFor } from './foreign-issuer.fixture.js';
import type { IssuerOptions } from './issuer-options.js';
import type { TokenVerifier } from './token-verifier.js';

const id = 'https://id.example';
const audience = 'order.service';
const issuer = foreignIssuer();
const trusting = (options: Partial<IssuerOptions> = {}) =>
  verifierFor({ issuer: id, audience, jwks: issuer.jwks, ...options });

function claims(changed: object = {}): object {
  const iat = Math.floor(Date.now() / 1000);
  return { iss: id, sub: 'alice', aud: audience, iat, exp: iat + 300, jti: 'token-1', scope: 'order.read', ...changed };
}

async function reasonFor(verifier: TokenVerifier, token: string): Promise<string> {
  const refusal = await verifier.verify(token).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(TokenInvalid);
  return (refusal as TokenInvalid).reason;
}

describe('the scope claim', () => {
  const verifyAt = (scopeClaim: string | readonly string[], changed: object) =>
    trusting({ scopeClaim }).verify(issuer.token(claims({ scope: undefined, ...changed }), { typ: 'at+jwt' }));

  test.each<[string | readonly string[], object]>([
    ['scope', { scope: 'a b' }],
    ['scp', { scp: 'a b' }],
    ['scp', { scp: ['a', 'b'] }],
    ['permissions', { permissions: ['a', 'b'] }],
    ['realm_access.roles', { realm_access: { roles: ['a', 'b'] } }],
    [['resource_access', 'order.service', 'roles'], { resource_access: { 'order.service': { roles: ['a', 'b'] } } }],
    [['https://shop.example/scopes'], { 'https://shop.example/scopes': 'a b' }],
  ])('is read at %j', async (path, changed) => {
    expect((await verifyAt(path, changed)).scopes).toEqual(new Set(['a', 'b']));
  });

  test.each<[string, string, object]>([
    ['scope.absent', 'scp', { scope: 'a' }],
    ['scope.absent', 'scp', { service_scopes: ['a'] }],
    ['scope.absent', 'realm_access.roles', { realm_access: {} }],
    ['scope.absent', 'realm_access.roles', { realm_access: 'roles' }],
    ['scope.absent', 'realm_access.roles', { realm_access: null }],
    ['scope.absent', 'realm_access.length', { realm_access: ['a'] }],
    ['scope.absent', 'realm_access.constructor', { realm_access: {} }],
    ['scope.absent', 'realm_access.roles', { 'realm_access.roles': ['a'] }],
    ['scope.not_an_array', 'scp', { scp: { a: true } }],
    ['scope.not_an_array', 'scp', { scp: 7 }],
    ['scope.not_an_array', 'scp', { scp: null }],
    ['scope.not_a_string', 'scp', { scp: [['a']] }],
  ])('is refused for %s at %s: %j', async (reason, path, changed) => {
    await expect(verifyAt(path, changed)).rejects.toMatchObject({ reason });
  });

  test('decides alone where it is named: the standard ones may say something else', async () => {
    const { scopes } = await verifyAt('permissions', {
      permissions: ['a'],
      scope: 'openid a b',
      service_scopes: ['c'],
    });
    expect(scopes).toEqual(new Set(['a']));
  });

  test('may be empty: the route finds that insufficient', async () => {
    expect((await verifyAt('scp', { scp: '' })).scopes).toEqual(new Set());
  });
});

describe('the type', () => {
  test.each(['JWT', 'jwt', 'application/JWT'])('%s is taken where it is accepted, and not by default', async (typ) => {
    const token = issuer.token(claims({ azp: 'web' }), { typ });
    expect((await trusting({ typ: ['JWT'] }).verify(token)).clientId).toBe('web');
    expect(await reasonFor(trusting(), token)).toBe('header.typ');
  });

  test('that is accepted replaces the default', async () => {
    const token = issuer.token(claims(), { typ: 'at+jwt' });
    expect(await reasonFor(trusting({ typ: ['JWT'] }), token)).toBe('header.typ');
    expect((await trusting({ typ: ['JWT', 'at+jwt'] }).verify(token)).subject).toBe('alice');
  });

  test.each([undefined, '', 'logout+jwt', 'secevent+jwt', 'JWT2', ['JWT'], null])(
    '%j is refused beside JWT',
    async (typ) => {
      expect(await reasonFor(trusting({ typ: ['JWT'] }), issuer.token(claims({ azp: 'web' }), { typ }))).toBe(
        'header.typ',
      );
    },
  );

  test.each<[string, object]>([
    ['token_use.nonce', { nonce: 'n' }],
    ['token_use.at_hash', { at_hash: 'h' }],
    ['token_use.c_hash', { c_hash: 'h' }],
    ['token_use.s_hash', { s_hash: 'h' }],
    ['token_use.events', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
    ['token_use.typ', { typ: 'ID' }],
    ['token_use.typ', { typ: 'Refresh' }],
    ['token_use.typ', { typ: 'Offline' }],
    ['token_use.typ', { typ: 'Logout' }],
    ['token_use.token_use', { token_use: 'id' }],
    ['client_id.not_a_string', { azp: undefined }],
    ['client_id.contradictory', { client_id: 'mobile' }],
    ['token_use.issued_to_its_audience', { azp: audience }],
    ['token_use.issued_to_its_audience', { azp: undefined, appid: audience }],
    ['token_use.issued_to_its_audience', { azp: undefined, client_id: audience, aud: [audience, 'other'] }],
  ])('JWT alone does not make an access token: %s, %j', async (reason, changed) => {
    const token = issuer.token(claims({ azp: 'web', ...changed }), { typ: 'JWT' });
    expect(await reasonFor(trusting({ typ: ['JWT'] }), token)).toBe(reason);
  });

  test('at+jwt says enough: a client may ask for a token for itself', async () => {
    const token = issuer.token(claims({ client_id: audience, nonce: 'n' }), { typ: 'at+jwt' });
    expect((await trusting({ typ: ['at+jwt', 'JWT'] }).verify(token)).clientId).toBe(audience);
  });
});

describe('jti', () => {
  const without = issuer.token(claims({ jti: undefined }), { typ: 'at+jwt' });

  test('is required unless that is waived', async () => {
    expect(await reasonFor(trusting(), without)).toBe('jti.not_a_string');
    expect(await trusting({ requireJti: false }).verify(without)).not.toHaveProperty('tokenId');
  });

  test.each([7, '', null])('must be sound where it is there, waived or not: %j', async (jti) => {
    const token = issuer.token(claims({ jti }), { typ: 'at+jwt' });
    expect(await reasonFor(trusting({ requireJti: false }), token)).toBe('jti.not_a_string');
  });
});

describe('several issuers at once', () => {
  const other = foreignIssuer();
  const both = verifierFor(
    { issuer: id, audience, jwks: issuer.jwks },
    { issuer: 'https://other.example', audience: 'urn:order', jwks: other.jwks, scopeClaim: 'scp' },
  );
  const ofOther = { iss: 'https://other.example', aud: 'urn:order', scp: 'order.write' };
  const typ = 'at+jwt';

  test('have each their own key, audience and scope claim', async () => {
    expect((await both.verify(issuer.token(claims(), { typ }))).scopes).toEqual(new Set(['order.read']));
    expect((await both.verify(other.token(claims(ofOther), { typ }))).scopes).toEqual(new Set(['order.write']));
  });

  test("never pass with another's key, though the key id is the same", async () => {
    expect(await reasonFor(both, other.token(claims(), { typ }))).toBe('signature.mismatch');
    expect(await reasonFor(both, issuer.token(claims(ofOther), { typ }))).toBe('signature.mismatch');
  });

  test("never pass with another's audience or scope claim", async () => {
    expect(await reasonFor(both, other.token(claims({ ...ofOther, aud: audience }), { typ }))).toBe(
      'aud.other_service',
    );
    expect(await reasonFor(both, other.token(claims({ ...ofOther, scp: undefined }), { typ }))).toBe('scope.absent');
  });
});

describe('a shared secret', () => {
  const secret = randomBytes(24).toString('base64');
  const sharing = verifierFor({ issuer: id, audience, secret });
  const hs256 = (key: string, header: object = {}) =>
    sealToken(segment({ alg: 'HS256', typ: 'at+jwt', ...header }), segment(claims()), {
      algorithm: 'HS256',
      key: createSecretKey(key, 'utf8'),
    });

  test('verifies HS256, with a key id or without', async () => {
    expect((await sharing.verify(hs256(secret))).subject).toBe('alice');
    expect((await sharing.verify(hs256(secret, { kid: 'whatever' }))).subject).toBe('alice');
  });

  test.each([
    ['another secret', 's'.repeat(32)],
    ['a blank secret', ''],
    ['a part of it', secret.slice(0, -1)],
  ])('refuses a token of %s', async (_, key) => {
    expect(await reasonFor(sharing, hs256(key))).toBe('signature.mismatch');
  });

  test.each([undefined, 'none', 'HS384', 'HS512', 'RS256', 'ES256', 'hs256', ['HS256']])(
    'refuses the algorithm %j',
    async (alg) => {
      expect(await reasonFor(sharing, hs256(secret, { alg }))).toBe('header.algorithm');
    },
  );

  test.each([7, '', null, 'k'.repeat(129)])('refuses the key id %j, though it needs none', async (kid) => {
    expect(await reasonFor(sharing, hs256(secret, { kid }))).toBe('header.kid');
  });

  test('still wants the type of an access token', async () => {
    expect(await reasonFor(sharing, hs256(secret, { typ: 'JWT' }))).toBe('header.typ');
  });

  test('is not what a public key can stand in for: an issuer with keys refuses HS256 in every form of the key', async () => {
    const { keys } = await issuer.jwks();
    const pem = createPublicKey({ key: keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
    for (const key of [pem, pem.trim(), JSON.stringify(keys[0]), JSON.stringify({ keys }), keys[0].n ?? '', secret]) {
      expect(await reasonFor(trusting(), hs256(key, { kid: 'key-1' }))).toBe('header.algorithm');
    }
  });

  test('of one issuer opens nothing at another', async () => {
    const mixed = verifierFor(
      { issuer: 'https://old.example', audience, secret },
      { issuer: id, audience, jwks: issuer.jwks },
    );
    expect(await reasonFor(mixed, hs256(secret, { kid: 'key-1' }))).toBe('header.algorithm');
    const foreign = issuer.token(claims({ iss: 'https://old.example' }), { typ: 'at+jwt' });
    expect(await reasonFor(mixed, foreign)).toBe('header.algorithm');
  });
});

describe('options that cannot be meant', () => {
  const secret = 's'.repeat(32);
  test.each<[string, Partial<IssuerOptions>, RegExp]>([
    ['a secret of 31 bytes', { secret: 's'.repeat(31) }, /shorter than 32 bytes.*openssl rand/],
    ['an empty secret', { secret: '' }, /shorter than 32 bytes/],
    ['a secret and a key set', { secret, jwksUri: 'https://id.example/jwks' }, /both secret and jwksUri\. Keep one\./],
    ['a secret and keys of its own', { secret, jwks: issuer.jwks }, /both secret and jwks\. Keep one\./],
    ['a secret and RS256', { secret, algorithms: ['RS256'] }, /HS256 alone\. Drop the algorithms, or the secret\./],
    ['a secret and HS256 among others', { secret, algorithms: ['HS256', 'RS256'] }, /HS256 alone/],
    ['HS256 without a secret', { algorithms: ['HS256'] }, /HS256 goes with a secret only/],
    ['HS256 among others without a secret', { algorithms: ['ES256', 'HS256'] }, /HS256 goes with a secret only/],
    ['a typing error', { scopeclaim: 'scp' } as never, /unknown option scopeclaim\. The options are: issuer, /],
    ['no type', { typ: [] }, /list of one or more media types/],
    ['an empty type', { typ: [''] }, /list of one or more media types/],
    ['a type that is no list', { typ: 'JWT' as never }, /list of one or more media types/],
    ['an empty scope claim', { scopeClaim: '' }, /must name a claim/],
    ['a path with a gap', { scopeClaim: 'realm_access..roles' }, /must name a claim/],
    ['an empty path', { scopeClaim: [] }, /must name a claim/],
  ])('stop the boot with the remedy: %s', (_, options, message) => {
    expect(() => verifierFor({ issuer: id, audience, ...options })).toThrow(message);
    expect(() => verifierFor({ issuer: id, audience, ...options })).toThrow(TypeError);
  });

  test('never tell the secret', () => {
    expect(() => verifierFor({ issuer: id, audience, secret: 'hidden' })).not.toThrow(/hidden/);
  });
});
