import { constants, createSecretKey, type KeyObject, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AccessTokenStrategy } from '../../guard/access-token.strategy.js';
import { TokenInvalid } from '../../refuse/index.js';
import type { Algorithm } from '../../verify/algorithm.js';
import { parseCompactJws } from '../../verify/compact-jws.js';
import { requireSignature, type SignatureCheck } from '../../verify/signature.js';
import { type VerificationKey, verificationKey } from '../../verify/verification-key.js';
import { readSignatureVectors, type Vector, type VectorKey, vectorsAtHand } from './wycheproof.fixture.js';

/** Vectors whose verdict is not followed, and why. */
const excluded: Readonly<Record<number, string>> = {
  346: 'the key says PS256, the signature is PS384: a key serves its own algorithm only',
  347: 'the key says ES521, which is no algorithm (RFC 7518 §3.1)',
  350: 'as 346, with key_ops',
  351: 'as 347, with key_ops',
  367: 'byte for byte the valid 357: the padding that its name speaks of is not there',
  370: 'byte for byte the valid 357: the padding that its name speaks of is not there',
  372: 'marked valid though its header holds a "?", which is not base64url (RFC 7515 §2)',
  373: 'marked valid though its payload holds a "?", which is not base64url (RFC 7515 §2)',
};

const vectors = readSignatureVectors().flatMap((group) =>
  group.tests.map((vector) => ({ ...vector, group: group.comment, jwk: group.public ?? group.private })),
);
const judged = vectors.filter(({ tcId }) => !(tcId in excluded));

describe.skipIf(!vectorsAtHand)('the JWS layer and the Wycheproof vectors', () => {
  test('are 401, of which eight are excluded', () => {
    expect(vectors).toHaveLength(401);
    expect(judged).toHaveLength(393);
  });

  test.each(judged)('agree on $tcId: $group, $comment, $result', async (vector) => {
    expect(await verdictOn(vector)).toBe(vector.result);
  });

  test.each(Object.entries(excluded))('exclude %s: %s', async (tcId) => {
    const vector = vectors.find((each) => each.tcId === Number(tcId));
    expect(vector && (await verdictOn(vector))).toBe(vector?.result === 'valid' ? 'invalid' : 'valid');
  });

  test('part where nothing is signed: Passport takes no empty payload, and neither does the verifier', async () => {
    const empty = judged.filter(({ jws, result }) => result === 'valid' && hasEmptyPayload(jws));
    expect(empty.map(({ tcId }) => tcId)).toEqual([259, 264, 268, 272, 320, 325]);
    for (const vector of empty) expect(await verdictOn(vector, passport)).toBe('invalid');
  });
});

const passport: SignatureCheck = new AccessTokenStrategy().holds;

async function verdictOn(
  { jws, jwk }: Vector & { jwk?: VectorKey | undefined },
  holds = hasEmptyPayload(jws) && jwk?.kty === 'RSA' ? openssl : passport,
): Promise<Vector['result']> {
  const key = keyOf(jwk);
  if (!key) return 'invalid';
  try {
    await requireSignature(parseCompactJws(typeof jws === 'string' ? jws : JSON.stringify(jws)), key, holds);
    return 'valid';
  } catch (refusal) {
    if (refusal instanceof TokenInvalid) return 'invalid';
    throw refusal;
  }
}

/** A secret of the service's own configuration, or else a key as a key set lists it. */
function keyOf(jwk: VectorKey = {}): VerificationKey | null {
  if (jwk.kty !== 'oct') return verificationKey(jwk);
  const algorithms = new Set([jwk.alg as Algorithm]);
  return { kid: String(jwk.kid), algorithms, key: createSecretKey(String(jwk.k), 'base64url') };
}

function hasEmptyPayload(jws: Vector['jws']): boolean {
  return typeof jws === 'string' && jws.split('.')[1] === '';
}

/** RSASSA (RFC 7518 §3.3, §3.5) by Node alone. */
const openssl: SignatureCheck = async (token, { key, algorithms }) => {
  const [header, payload, signature = ''] = token.split('.');
  const [algorithm = ''] = algorithms;
  return verify(
    `sha${algorithm.slice(2)}`,
    Buffer.from(`${header}.${payload}`),
    rsa(key, algorithm),
    Buffer.from(signature, 'base64url'),
  );
};

function rsa(key: KeyObject, algorithm: string) {
  return algorithm.startsWith('PS')
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { key, padding: constants.RSA_PKCS1_PADDING };
}
