import { createHash, createSecretKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { createDpopKey } from '../../proof/index.js';
import { segment, type TokenSigner } from '../seal-token.js';
import { digestOfToken, type ProofDeviation } from './proven-request.js';
import { anotherSpelling, now, segmentsOf, withBitFlipped } from './token-text.js';

/** The key that the tokens of these cases are bound to. */
export const boundKey = createDpopKey();
const x5c = ['MIIB'];
const [p384, rsa1024] = [
  generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  generateKeyPairSync('rsa', { modulusLength: 1024 }),
];

/** What is sent instead of the one proof. */
export const fields: Readonly<Record<string, (proof: string) => readonly string[]>> = {
  'no proof': () => [],
  'an empty proof': () => [''],
  'a proof twice': (proof) => [proof, proof],
  'a good proof, then a bad one': (proof) => [proof, 'bad'],
  'two proofs joined by a comma': (proof) => [`${proof}, ${proof}`],
  'something after the proof': (proof) => [`${proof} more`],
  'a scheme before the proof': (proof) => [`DPoP ${proof}`],
  'no signature': (proof) => [proof.slice(0, proof.lastIndexOf('.') + 1)],
  'two segments': (proof) => [proof.slice(0, proof.lastIndexOf('.'))],
  'four segments': (proof) => [`${proof}.AAAA`],
  'a proof with padding': (proof) => [`${proof}=`],
  'a signature with spare bits': (proof) => [anotherSpelling(proof)],
  'a signature of another length': (proof) => [`${proof.slice(0, proof.lastIndexOf('.'))}.AAAA`],
  'a signature with a bit flipped': (proof) => [withBitFlipped(proof, 2, -1)],
  'claims with a bit flipped': (proof) => [withBitFlipped(proof, 1, 12)],
  'the claims of another proof': (proof) => {
    const [header, , signature] = segmentsOf(proof);
    return [`${header}.${segment({ jti: 'other' })}.${signature}`];
  },
  'a proof of 5 KiB': (proof) => [`${proof}${'A'.repeat(5120)}`],
};

const { privateKey: own, publicJwk } = boundKey;
const symmetric = { kty: 'oct', k: 'A'.repeat(43) };
/** With a token that is bound to this very key, so that nothing is wrong with the proof but the key. */
const withKey = (jwk: JsonWebKey, alg: string = 'ES256', signer?: KeyObject): ProofDeviation => ({
  header: { jwk, alg },
  boundTo: thumbprintOf(jwk),
  ...(signer && { signer: { algorithm: alg as TokenSigner['algorithm'], key: signer } }),
});

/** A header that asks for what is not taken, though all of it is signed. */
export const header: Readonly<Record<string, ProofDeviation>> = {
  'no typ': { header: { typ: undefined } },
  'typ JWT': { header: { typ: 'JWT' } },
  'typ at+jwt': { header: { typ: 'at+jwt' } },
  'typ in a list': { header: { typ: ['dpop+jwt'] } },
  'alg none': { header: { alg: 'none' } },
  'alg none, unsigned': { header: { alg: 'none' }, fields: (proof) => [proof.slice(0, proof.lastIndexOf('.') + 1)] },
  'no alg': { header: { alg: undefined } },
  'alg in lower case': { header: { alg: 'es256' } },
  'alg in a list': { header: { alg: ['ES256'] } },
  'the alg of another type of key': { header: { alg: 'RS256' } },
  'an alg that is not taken': { header: { alg: 'ES384' } },
  'HS256 with the public key as secret': {
    header: { alg: 'HS256' },
    signer: { algorithm: 'HS256', key: createSecretKey(Buffer.from(JSON.stringify(publicJwk))) },
  },
  'a symmetric key': withKey(symmetric, 'HS256', createSecretKey(symmetric.k, 'base64url')),
  'a private key': { header: { jwk: own.export({ format: 'jwk' }) } },
  'no key': { header: { jwk: undefined } },
  'a key that is none': { header: { jwk: 'key' } },
  'a key in a list': { header: { jwk: [publicJwk] } },
  'a key off its curve': withKey({ ...publicJwk, x: publicJwk.y, y: publicJwk.x }),
  'a key in another spelling': { header: { jwk: { ...publicJwk, x: `${publicJwk.x}=` } } },
  'a key in another spelling, by which the token is bound': withKey({ ...publicJwk, x: `${publicJwk.x}=` }),
  'a key for encryption': { header: { jwk: { ...publicJwk, use: 'enc' } } },
  'a key of another curve': withKey(p384.publicKey.export({ format: 'jwk' }), 'ES256', p384.privateKey),
  'an RSA key of 1024 bits': withKey(rsa1024.publicKey.export({ format: 'jwk' }), 'RS256', rsa1024.privateKey),
  'a key id instead of a key': { header: { jwk: undefined, kid: boundKey.thumbprint } },
  'an address of keys': { header: { jku: 'https://keys.example' } },
  'a certificate': { header: { x5c } },
  'an empty crit': { header: { crit: [] } },
  'an unknown crit': { header: { crit: ['exp'], exp: 1 } },
  'b64=false': { header: { b64: false, crit: ['b64'] } },
  'a zip': { header: { zip: 'DEF' } },
  'a member that nobody knows': { header: { more: true } },
};

/** A proof that was made for something else, or at another time; `fitting` is the request that it goes with. */
export const claims: Readonly<Record<string, (fitting: Fitting) => Readonly<Record<string, unknown>>>> = {
  'no htm': () => ({ htm: undefined }),
  'another htm': () => ({ htm: 'PATCH' }),
  'htm in lower case': ({ method }) => ({ htm: method.toLowerCase() }),
  'htm in a list': ({ method }) => ({ htm: [method] }),
  'no htu': () => ({ htu: undefined }),
  'htu in a list': ({ htu }) => ({ htu: [htu] }),
  'htu of another host': () => ({ htu: 'https://elsewhere.example/' }),
  'htu of another port': ({ htu }) => ({ htu: withPart(htu, 'port', '1') }),
  'htu with http and https exchanged': ({ htu }) => ({
    htu: htu.replace(/^https?/, (scheme) => (scheme === 'https' ? 'http' : 'https')),
  }),
  'htu of another scheme': ({ htu }) => ({ htu: htu.replace(/^[a-z]+/, 'ftp') }),
  'htu of another path': ({ htu }) => ({ htu: `${htu}/more` }),
  'htu with a slash at its end': ({ htu }) => ({ htu: `${htu}/` }),
  'htu with two slashes': ({ htu }) => ({ htu: withPart(htu, 'pathname', `/${new URL(htu).pathname}`) }),
  'htu with the path in capitals': ({ htu }) => ({
    htu: withPart(htu, 'pathname', new URL(htu).pathname.toUpperCase()),
  }),
  'htu without the path': ({ htu }) => ({ htu: new URL(htu).origin }),
  'htu without the host': ({ htu }) => ({ htu: new URL(htu).pathname }),
  'htu with a user': ({ htu }) => ({ htu: withPart(htu, 'username', 'user') }),
  'htu with white space': ({ htu }) => ({ htu: ` ${htu}` }),
  'no iat': () => ({ iat: undefined }),
  'iat as a string': () => ({ iat: String(now()) }),
  'iat in milliseconds': () => ({ iat: now() * 1000 }),
  'iat fractional': () => ({ iat: now() - 0.5 }),
  'iat 62 s ago': () => ({ iat: now() - 62 }),
  'iat 15 s ahead': () => ({ iat: now() + 15 }),
  'no jti': () => ({ jti: undefined }),
  'jti empty': () => ({ jti: '' }),
  'jti a number': () => ({ jti: 7 }),
  'jti of 256 characters': () => ({ jti: 'j'.repeat(256) }),
  'no ath': () => ({ ath: undefined }),
  'ath empty': () => ({ ath: '' }),
  'ath of another token': ({ mint }) => ({ ath: digestOfToken(mint()).toString('base64url') }),
  'ath in hexadecimal': ({ token }) => ({ ath: digestOfToken(token).toString('hex') }),
  'ath in base64': ({ token }) => ({ ath: digestOfToken(token).toString('base64') }),
  'the token as ath': ({ token }) => ({ ath: token }),
};

/** What a good proof says, to deviate from. */
export interface Fitting {
  readonly method: string;
  readonly htu: string;
  readonly token: string;
  readonly mint: () => string;
}

function withPart(uri: string, part: 'port' | 'pathname' | 'username', value: string): string {
  const url = new URL(uri);
  url[part] = value;
  return url.href;
}

/** The thumbprint of a key, also of one that is unfit (RFC 7638 §3): of the members that make it, in the order of their names. */
function thumbprintOf(jwk: JsonWebKey): string {
  const names = ['crv', 'e', 'k', 'kty', 'n', 'x', 'y'] as const;
  const material = Object.fromEntries(names.flatMap((name) => (jwk[name] === undefined ? [] : [[name, jwk[name]]])));
  return createHash('sha256').update(JSON.stringify(material)).digest('base64url');
}
