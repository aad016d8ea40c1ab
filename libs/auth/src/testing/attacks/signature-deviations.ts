import type { AttackContext } from './attack-context.js';
import { downgrade, forgedKey, publicKeyBytes } from './foreign-signature.js';
import { type Deviation, type SignatureAlgorithm, signatureAlgorithms } from './signed-request.js';
import { now } from './token-text.js';

/** A deviation as a case has it. */
export type Deviating = (context: AttackContext, algorithm: SignatureAlgorithm) => Deviation;

/** What the service signed is not what is sent: each part in turn. */
export const elsewhere: Readonly<Record<string, Deviating>> = {
  'another method': () => ({ method: 'PUT' }),
  'another host': () => ({ authority: 'payment.example' }),
  'another port': ({ host }) => ({ authority: `${host.replace(/:\d+$/, '')}:1` }),
  'another path': () => ({ target: '/elsewhere' }),
  'a path in capitals': ({ signed }) => ({ target: signed.path.toUpperCase() }),
  'a query': ({ signed }) => ({ target: `${signed.path}?dry=1` }),
  'another token': ({ signed, mint }) => ({ fields: { authorization: `Bearer ${mint({ scopes: signed.scopes })}` } }),
  'another content type': () => ({ fields: { 'content-type': 'text/plain' } }),
  'another idempotency key': () => ({ fields: { 'idempotency-key': 'other' } }),
  'another time limit': () => ({ fields: { 'request-timeout-ms': '5001' } }),
  'a time limit that is not there': () => ({ untimed: true, fields: { 'request-timeout-ms': '5000' } }),
  'another client address': () => ({ fields: { 'client-address': '192.0.2.8' } }),
};

const covered = [
  '@method',
  '@authority',
  '@path',
  '@query',
  'content-digest',
  'authorization',
  'content-type',
  'idempotency-key',
  'request-timeout-ms',
  'client-address',
];

/** The signature holds for what it covers, but does not cover what it must: each component in turn. */
export const coverage: Readonly<Record<string, Deviating>> = Object.fromEntries(
  covered.flatMap(
    (component, index) =>
      [
        [`without ${component}`, () => ({ components: (required) => required.filter((name) => name !== component) })],
        [`with ${component} twice`, () => ({ components: (required) => [...required, component] })],
        [`with ${component} in another place`, () => ({ components: (required) => moved(required, index) })],
      ] satisfies [string, Deviating][],
  ),
);

function moved(required: readonly string[], index: number): readonly string[] {
  const others = required.toSpliced(index, 1);
  return index === 0 ? [...others, ...required.slice(0, 1)] : [...required.slice(index, index + 1), ...others];
}

/** The key, the time or the nonce is not one that is taken, though the signature itself holds. */
const unacceptable: Readonly<Record<string, Deviating>> = {
  'another key under the same key id': (context, algorithm) => ({
    key: forgedKey(context.signatureKey(algorithm), algorithm),
  }),
  'a retired key id': (context, algorithm) => ({ key: { ...context.signatureKey(algorithm), id: 'retired' } }),
  'the key id of an unknown service': (context, algorithm) => ({
    key: { ...context.signatureKey(algorithm), caller: 'unknown' },
  }),
  'a key of a service that is not allowed': ({ foreignSignatureKey: key }) => ({ key }),
  'a key of a service that is not allowed, under the id of an allowed one': (context, algorithm) => {
    const { caller, id } = context.signatureKey(algorithm);
    return { key: context.foreignSignatureKey, keyid: `${caller}/${id}`, parameters: { alg: algorithm } };
  },
  'a time 62 s ago': () => ({ parameters: { created: now() - 62 } }),
  'a time 15 s ahead': () => ({ parameters: { created: now() + 15 } }),
  'a time in milliseconds': () => ({ parameters: { created: now() * 1000 } }),
  'a time below 0': () => ({ parameters: { created: -1 } }),
  'a nonce that is too short': () => ({ parameters: { nonce: 'short' } }),
  'a nonce that is too long': () => ({ parameters: { nonce: 'n'.repeat(129) } }),
  'a signature cut by a byte': () => ({ seal: (base, sign) => sign(base).subarray(0, -1) }),
  'a signature with a byte added': () => ({ seal: (base, sign) => Buffer.concat([sign(base), Buffer.alloc(1)]) }),
  'a signature twice over': () => ({ seal: (base, sign) => Buffer.concat([sign(base), sign(base)]) }),
  'a signature of 4 KiB': () => ({ seal: () => Buffer.alloc(4096, 1) }),
  'a signature of zeros': () => ({ seal: (base, sign) => Buffer.alloc(sign(base).byteLength) }),
  'a signature in DER': () => ({ seal: (base, sign) => der(sign(base)) }),
};

const algorithmNames = [...signatureAlgorithms, 'ecdsa-p384-sha384', 'rsa-pss-sha512', 'rsa-v1_5-sha256', ''];

/** Another algorithm is meant than the key's own; the signature covers the statement, and holds. */
function otherAlgorithms(own: SignatureAlgorithm): Readonly<Record<string, Deviating>> {
  const stated = algorithmNames
    .filter((alg) => alg !== own)
    .map((alg) => [`the algorithm ${JSON.stringify(alg)} stated`, () => ({ parameters: { alg } })] as const);
  return { ...Object.fromEntries(stated), ...(own !== 'hmac-sha256' && downgrades) };
}

/** What everybody may know of a pair, as if it were a secret. */
const downgrades: Readonly<Record<string, Deviating>> = Object.fromEntries(
  Object.entries(publicKeyBytes).flatMap(([name, spell]): [string, Deviating][] => [
    [`hmac-sha256 and the public key: ${name}`, (context, own) => downgrade(context, own, spell, 'hmac-sha256')],
    [`the same, as the key's algorithm: ${name}`, (context, own) => downgrade(context, own, spell, own)],
    [`the same, without an algorithm: ${name}`, (context, own) => downgrade(context, own, spell, undefined)],
  ]),
);

/** Everything that is not taken from whoever signs, for a key of this algorithm. */
export function unacceptableTo(own: SignatureAlgorithm): Readonly<Record<string, Deviating>> {
  return { ...unacceptable, ...otherAlgorithms(own) };
}

/** Two numbers as ASN.1 has them, though RFC 9421 §3.3.4 wants them side by side. */
function der(signature: Buffer): Buffer {
  const half = signature.byteLength / 2;
  const number = (bytes: Buffer) => Buffer.concat([Buffer.from([2, half + 1, 0]), bytes]);
  const numbers = Buffer.concat([number(signature.subarray(0, half)), number(signature.subarray(half))]);
  return Buffer.concat([Buffer.from([0x30, numbers.byteLength]), numbers]);
}
