import { expect, test } from 'vitest';
import { createDpopKey } from './dpop-key.js';
import { ProofKeys } from './proof-keys.js';

const key = createDpopKey();
const headerOf = (members: object = {}) =>
  Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.publicJwk, ...members })).toString('base64url');

test('a header that comes again is not read again', () => {
  const keys = new ProofKeys(['ES256']);
  expect(keys.of(headerOf())).toBe(keys.of(headerOf()));
  expect(keys.of(headerOf()).thumbprint).toBe(key.thumbprint);
});

test('a thousand headers are remembered at most, and those that are in use among them', () => {
  const keys = new ProofKeys(['ES256']);
  const [lasting, passing] = [keys.of(headerOf({ kid: 'lasting' })), keys.of(headerOf({ kid: 'passing' }))];
  for (let kid = 0; kid < 1000; kid += 1) {
    keys.of(headerOf({ kid }));
    expect(keys.of(headerOf({ kid: 'lasting' }))).toBe(lasting);
  }
  expect(keys.of(headerOf({ kid: 'passing' }))).not.toBe(passing);
});

test('a header that was refused is refused again', () => {
  const keys = new ProofKeys(['EdDSA']);
  for (const _ of [1, 2]) expect(() => keys.of(headerOf())).toThrow('dpop.algorithm');
});
