import { createHash, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { sealToken, segment, type TokenSigner } from '../seal-token.js';
import { type Attack, bearer, type Family } from './attack.js';
import type { AttackContext } from './attack-context.js';
import { Inapplicable } from './attack-request.js';
import { segmentsOf, withBitFlipped, withoutSignature } from './token-text.js';

/** Whatever the header says, neither key nor algorithm nor address is the token's to choose. */
const algorithm: readonly Attack[] = [
  ...['none', 'None', 'NONE', 'nOnE', ''].map(
    (alg): Attack => ({
      name: `alg "${alg}" without a signature`,
      expected: 'T',
      attack: ({ token }) => bearer(`${withoutSignature(withHeader(token, { alg }))}.`),
    }),
  ),
  ...['none', 'es256', 'ES256 ', 'ES256K', 'HS256', 'ES384', 'RS256', 'PS256', 'EdDSA', 'RSA-OAEP', 'dir'].map(
    (alg): Attack => ({
      name: `alg "${alg}" over a signature that holds`,
      expected: 'T',
      attack: ({ mint }) => bearer(mint({ header: { alg } })),
    }),
  ),
  ...[undefined, null, ['ES256'], { name: 'ES256' }, 256, true].map(
    (alg): Attack => ({
      name: `alg ${JSON.stringify(alg) ?? 'absent'}`,
      expected: 'T',
      attack: ({ mint }) => bearer(mint({ header: { alg } })),
    }),
  ),
  {
    name: 'RS256 with a key that is for PS256 alone',
    expected: 'T',
    attack: (context) =>
      bearer(sealed(context, context.listed.pss.kid, { ...context.listed.pss.signer, algorithm: 'RS256' })),
  },
  {
    name: 'PS256 with a key that is for RS256 alone',
    expected: 'T',
    attack: (context) =>
      bearer(sealed(context, context.listed.rsa.kid, { ...context.listed.rsa.signer, algorithm: 'PS256' })),
  },
];

const publicTexts: Readonly<Record<string, (key: KeyObject) => string | Buffer>> = {
  PEM: (key) => key.export({ type: 'spki', format: 'pem' }),
  'PEM without its last newline': (key) => key.export({ type: 'spki', format: 'pem' }).toString().trim(),
  'PEM with white space around it': (key) => ` \n${key.export({ type: 'spki', format: 'pem' })}\n `,
  'PEM with CRLF': (key) => key.export({ type: 'spki', format: 'pem' }).toString().replaceAll('\n', '\r\n'),
  DER: (key) => key.export({ type: 'spki', format: 'der' }),
  JWK: (key) => JSON.stringify(key.export({ format: 'jwk' })),
  thumbprint: (key) =>
    createHash('sha256')
      .update(JSON.stringify(key.export({ format: 'jwk' })))
      .digest(),
};

/** RS256 or ES256 turned into HS256: the public key is no secret. */
const confusion: readonly Attack[] = [
  ...Object.entries(publicTexts).map(
    ([form, textOf]): Attack => ({
      name: `HS256 with the public key as secret: ${form}`,
      expected: 'T',
      attack: ({ token, publicKey: key }) => bearer(confused(token, Buffer.from(textOf(key) as string))),
    }),
  ),
  {
    name: 'HS256 with an empty secret',
    expected: 'T',
    attack: ({ token }) => bearer(confused(token, Buffer.alloc(0))),
  },
  {
    name: 'HS256 with a guessed secret',
    expected: 'T',
    attack: ({ token }) => bearer(confused(token, Buffer.from('secret'))),
  },
];

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const strange: TokenSigner = { algorithm: 'ES256', key: privateKey };
const strangeJwk = publicKey.export({ format: 'jwk' });

/** Members by which a token names its own key or changes what its bytes mean, signed with the right key and with another. */
const members: Readonly<Record<string, (context: AttackContext) => Record<string, unknown>>> = {
  'an embedded jwk': () => ({ jwk: strangeJwk }),
  'a jku': ({ trap }) => ({ jku: `${trap.url}/jwks.json` }),
  'an x5u': ({ trap }) => ({ x5u: `${trap.url}/certificate` }),
  'an x5c': () => ({ x5c: ['MIIB'] }),
  'an empty crit': () => ({ crit: [] }),
  'an unknown crit': () => ({ crit: ['urn:example:unknown'], 'urn:example:unknown': true }),
  'a crit that is no array': () => ({ crit: 'exp' }),
  'b64=false': () => ({ b64: false }),
  'b64=false, marked critical': () => ({ b64: false, crit: ['b64'] }),
  'a zip': () => ({ zip: 'DEF' }),
  'cty=JWT': () => ({ cty: 'JWT' }),
  'an enc': () => ({ enc: 'A256GCM' }),
};

const named: readonly Attack[] = Object.entries(members).flatMap(([name, header]): Attack[] => [
  {
    name: `${name}, signed by the issuer`,
    expected: 'T',
    attack: (context) => bearer(context.mint({ header: header(context) })),
  },
  {
    name: `${name}, signed with a key of one's own`,
    expected: 'T',
    attack: (context) => {
      const [changed, claims] = segmentsOf(withHeader(context.token, header(context)));
      return bearer(sealToken(changed, claims, strange));
    },
  },
]);

/** A key id is a string, or the header is malformed. */
const keyIds: readonly Attack[] = [
  ...[undefined, null, '', 1, true, { kid: 'key' }].map(
    (kid): Attack => ({
      name: `kid ${JSON.stringify(kid) ?? 'absent'}`,
      expected: 'T',
      attack: ({ mint }) => bearer(mint({ header: { kid } })),
    }),
  ),
  {
    name: 'the right kid, in an array',
    expected: 'T',
    attack: ({ mint, issuer }) => bearer(mint({ header: { kid: [issuer.key.kid] } })),
  },
];

/** Signatures that do not hold. */
const signature: readonly Attack[] = [
  {
    name: "another issuer's key under the same kid",
    expected: 'T',
    attack: ({ token }) => {
      const [header, claims] = segmentsOf(token);
      return bearer(sealToken(header, claims, strange));
    },
  },
  { name: 'a header with one bit changed', expected: 'T', attack: ({ token }) => bearer(withBitFlipped(token, 0, 12)) },
  { name: 'claims with one bit changed', expected: 'T', attack: ({ token }) => bearer(withBitFlipped(token, 1, 12)) },
  {
    name: 'a signature with its first bit changed',
    expected: 'T',
    attack: ({ token }) => bearer(withBitFlipped(token, 2, 0)),
  },
  {
    name: 'a signature with its last bit changed',
    expected: 'T',
    attack: ({ token }) => bearer(withBitFlipped(token, 2, -1)),
  },
  ...signatureBytes([
    ['of zeros', (bytes) => Buffer.alloc(bytes.length)],
    ['with an r of 0', (bytes) => Buffer.concat([Buffer.alloc(bytes.length / 2), bytes.subarray(bytes.length / 2)])],
    ['with an s of 0', (bytes) => Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.alloc(bytes.length / 2)])],
    ['of ones', (bytes) => Buffer.alloc(bytes.length, 0xff)],
    ['cut short', (bytes) => bytes.subarray(0, -1)],
    ['with a byte too many', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])],
    ['of one byte', () => Buffer.alloc(1)],
    ['in DER', (bytes) => inDer(bytes)],
  ]),
  {
    name: 'the signature of another token',
    expected: 'T',
    attack: ({ mint }) => bearer(`${withoutSignature(mint())}.${segmentsOf(mint({ subject: 'bob' }))[2]}`),
  },
  {
    name: "a subject changed under the issuer's signature",
    expected: 'T',
    attack: ({ token }) => {
      const [header, claims, kept] = segmentsOf(token);
      return bearer(`${header}.${segment({ ...decoded(claims), sub: 'admin' })}.${kept}`);
    },
  },
  {
    name: 'a JWE around an unsigned JWT',
    expected: 'T',
    attack: () =>
      bearer([{ alg: 'RSA-OAEP', enc: 'A256GCM', cty: 'JWT' }, 'key', 'iv', 'text', 'tag'].map(segment).join('.')),
  },
];

export const headerAndKey: Family = {
  name: 'header and key',
  attacks: [...algorithm, ...confusion, ...named, ...keyIds, ...signature],
};

function signatureBytes(changes: readonly (readonly [name: string, change: (bytes: Buffer) => Buffer])[]): Attack[] {
  return changes.map(([name, change]) => ({
    name: `a signature ${name}`,
    expected: 'T',
    attack: ({ token }) => {
      const bytes = Buffer.from(segmentsOf(token)[2], 'base64url');
      return bearer(`${withoutSignature(token)}.${change(bytes).toString('base64url')}`);
    },
  }));
}

/** The two halves of an ECDSA signature as ASN.1 has them; JWS wants them side by side (RFC 7518 §3.4). */
function inDer(bytes: Buffer): Buffer {
  if (bytes.length !== 64) throw new Inapplicable('the token is not signed with ES256');
  const integers = [bytes.subarray(0, 32), bytes.subarray(32)].map((half) => {
    const positive = (half[0] ?? 0) > 127 ? Buffer.concat([Buffer.alloc(1), half]) : half;
    return Buffer.concat([Buffer.from([2, positive.length]), positive]);
  });
  const content = Buffer.concat(integers);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}

function withHeader(token: string, change: Record<string, unknown>): string {
  const [header, claims, kept] = segmentsOf(token);
  return `${segment({ ...decoded(header), ...change })}.${claims}.${kept}`;
}

function confused(token: string, secret: Buffer): string {
  const [header, claims] = segmentsOf(withHeader(token, { alg: 'HS256' }));
  return sealToken(header, claims, { algorithm: 'HS256', key: createSecretKey(secret) });
}

function sealed(context: AttackContext, kid: string, signer: TokenSigner): string {
  const [header, claims] = segmentsOf(context.mint({ header: { kid, alg: signer.algorithm } }));
  return sealToken(header, claims, signer);
}

function decoded(text: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(text, 'base64url').toString());
}
