import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AccessTokenStrategy } from '../guard/access-token.strategy.js';
import { TokenInvalid } from '../refuse/index.js';
import { createTestIssuer, type TestClaims, type TestIssuer } from '../testing/index.js';
import { TokenVerifier } from './token-verifier.js';
import { type TrustedIssuer, trustIssuer } from './trusted-issuer.js';
import { type VerifiedToken, VerifiedTokens } from './verified-tokens.js';

const audience = 'order.service';
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('a verifier that remembers', () => {
  let issuer: TestIssuer;
  let trusted: TrustedIssuer;
  let published: object;
  let signatureChecks: number;

  beforeEach(async () => {
    issuer = await createTestIssuer();
    published = issuer.keySet;
    trusted = trustIssuer({ issuer: issuer.url, audience, jwks: async () => published }, false);
    signatureChecks = 0;
  });

  afterEach(async () => {
    vi.useRealTimers();
    await issuer.close();
  });

  const token = (claims: TestClaims = {}) => issuer.token({ audience, scopes: ['order.read'], ...claims });
  const { holds } = new AccessTokenStrategy();
  const remembering = (maxVerifiedTokens = 100) =>
    new TokenVerifier({
      issuers: [trusted],
      signatureHolds: (jws, key) => {
        signatureChecks += 1;
        return holds(jws, key);
      },
      clockToleranceSeconds: 10,
      maxVerifiedTokens,
    });
  const reasonFor = async (verifier: TokenVerifier, bad: string) => {
    const refusal = await verifier.verify(bad).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TokenInvalid);
    return (refusal as TokenInvalid).reason;
  };
  const publish = (keys: readonly object[]) => {
    published = { keys };
    return (trusted.keys as unknown as { refresh(): Promise<void> }).refresh();
  };

  test('checks the signature of a token once', async () => {
    const verifier = remembering();
    const good = token();
    const callers = [await verifier.verify(good), await verifier.verify(good), await verifier.verify(good)];
    expect(signatureChecks).toBe(1);
    expect(callers[2]).toEqual(callers[0]);
  });

  test('checks it every time where it is told to remember none', async () => {
    const verifier = remembering(0);
    const good = token();
    await verifier.verify(good);
    await verifier.verify(good);
    expect(signatureChecks).toBe(2);
  });

  test('refuses every token that differs from a remembered one in a single byte', async () => {
    const verifier = remembering();
    const good = token();
    await verifier.verify(good);
    for (let at = 0; at < good.length; at += 1) {
      const other = base64url[(base64url.indexOf(good[at] ?? '') + 1) % 64];
      await reasonFor(verifier, good.slice(0, at) + other + good.slice(at + 1));
      await reasonFor(verifier, good.slice(0, at) + good.slice(at + 1));
      await reasonFor(verifier, `${good.slice(0, at)}${other}${good.slice(at)}`);
    }
    await verifier.verify(good);
  });

  test('does not outlive the expiry of a token, and needs no signature check to say so', async () => {
    const verifier = remembering();
    const good = token({ expiresIn: 300 });
    const { expiresAt } = await verifier.verify(good);
    vi.useFakeTimers({ toFake: ['Date'], now: (expiresAt + 10) * 1000 });
    await verifier.verify(good);
    vi.setSystemTime((expiresAt + 11) * 1000);
    expect(await reasonFor(verifier, good)).toBe('exp.passed');
    expect(signatureChecks).toBe(1);
  });

  test('holds a remembered token against a clock that was set back', async () => {
    const verifier = remembering();
    const [issued, begun] = [token(), token({ claims: { nbf: Math.floor(Date.now() / 1000) - 60 } })];
    const { issuedAt } = await verifier.verify(issued);
    await verifier.verify(begun);
    vi.useFakeTimers({ toFake: ['Date'], now: (issuedAt - 11) * 1000 });
    expect(await reasonFor(verifier, issued)).toBe('iat.in_the_future');
    vi.setSystemTime((issuedAt - 72) * 1000);
    expect(await reasonFor(verifier, begun)).toBe('nbf.in_the_future');
    expect(signatureChecks).toBe(2);
  });

  test('does not outlive the withdrawal of the key', async () => {
    const verifier = remembering();
    const good = token();
    await verifier.verify(good);
    issuer.rotate({ withdraw: true });
    await publish(issuer.keySet.keys);
    expect(await reasonFor(verifier, good)).toBe('key.unknown');
  });

  test('does not outlive the key that vouched for it, though another has taken its id', async () => {
    const verifier = remembering();
    const good = token();
    await verifier.verify(good);
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await publish([{ ...publicKey.export({ format: 'jwk' }), kid: issuer.key.kid, alg: 'ES256', use: 'sig' }]);
    expect(await reasonFor(verifier, good)).toBe('signature.mismatch');
  });

  test('does not take up again what a key vouched for before it was withdrawn', async () => {
    const verifier = remembering();
    const good = token();
    await verifier.verify(good);
    const { keys } = issuer.keySet;
    issuer.rotate({ withdraw: true });
    await publish(issuer.keySet.keys);
    await publish(keys);
    await verifier.verify(good);
    expect(signatureChecks).toBe(2);
  });

  test('goes on remembering when the same keys are fetched again', async () => {
    const verifier = remembering();
    const good = token();
    await verifier.verify(good);
    issuer.rotate();
    await publish(issuer.keySet.keys);
    await verifier.verify(good);
    expect(signatureChecks).toBe(1);
  });

  test.each<[string, TestClaims]>([
    ['is expired', { expiresIn: -11 }],
    ['is not valid yet', { claims: { nbf: Math.floor(Date.now() / 1000) + 3600 } }],
    ['is for a sibling service', { audience: 'payment.service' }],
  ])('does not remember a token that %s', async (_, claims) => {
    const verifier = remembering();
    const bad = token(claims);
    await reasonFor(verifier, bad);
    await reasonFor(verifier, bad);
    expect(signatureChecks).toBe(2);
  });

  test('gives each request a caller of its own, so that a handler can spoil no other', async () => {
    const verifier = remembering();
    const good = token();
    for (let request = 0; request < 3; request += 1) {
      const { scopes, audience: names } = await verifier.verify(good);
      expect([...scopes]).toEqual(['order.read']);
      expect(names).toEqual([audience]);
      (scopes as Set<string>).add('order.write');
      (names as string[]).push('payment.service');
    }
  });
});

describe('the memory of verified tokens', () => {
  const keys = { holds: () => true };
  const verified = { issuer: { keys } } as unknown as VerifiedToken;

  test('answers for no other spelling of any byte', () => {
    const memory = new VerifiedTokens(10);
    const good = Buffer.from('eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl');
    memory.remember(good.toString('latin1'), verified);
    for (let at = 0; at < good.length; at += 1)
      for (let difference = 1; difference < 256; difference += 1) {
        const other = Buffer.from(good);
        other.writeUInt8(good.readUInt8(at) ^ difference, at);
        expect(memory.recall(other.toString('latin1'))).toBeUndefined();
      }
    expect(memory.recall(good.toString('latin1'))).toBe(verified);
  });

  test.each(['\u0161', '\ud800', '\ufffd', '\0'])(
    'answers for no character that narrows to one of the token: %j',
    (c) => {
      const memory = new VerifiedTokens(10);
      memory.remember('a.a.a', verified);
      for (const other of [`${c}.a.a`, `a.a.${c}`, `a.a.a${c}`, `${c}a.a.a`])
        expect(memory.recall(other)).toBeUndefined();
    },
  );

  test('keeps a token that is in use, however many others come and go', () => {
    const memory = new VerifiedTokens(10);
    memory.remember('in use', verified);
    memory.remember('idle', verified);
    for (let n = 0; n < 100; n += 1) {
      memory.remember(`token-${n}`, verified);
      expect(memory.recall('in use')).toBe(verified);
    }
    expect(memory.recall('idle')).toBeUndefined();
  });
});
