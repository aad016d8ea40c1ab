import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createDpopKey, createDpopProof, type DpopKey, dpopAlgorithms } from '../../proof/index.js';
import { segment } from '../seal-token.js';
import type { Attack, Expected, Family } from './attack.js';
import type { AttackContext } from './attack-context.js';
import { type AttackRequest, Inapplicable } from './attack-request.js';
import { boundToken, digestOfToken, type ProofDeviation, provenRequest } from './proven-request.js';
import { anotherSpelling, now, segmentsOf, withBitFlipped } from './token-text.js';

const key = createDpopKey();
const x5c = ['MIIB'];
const [r384, rsa1024] = [
  generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  generateKeyPairSync('rsa', { modulusLength: 1024 }),
];

/** What is sent instead of the one proof. */
const fields: Readonly<Record<string, (proof: string) => readonly string[]>> = {
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

const { privateKey: own, publicJwk } = key;
const ofKey = (jwk: object, alg: string, signer: KeyObject) => ({
  header: { jwk, alg },
  signer: { algorithm: alg.startsWith('RS') ? ('RS256' as const) : ('ES256' as const), key: signer },
});

/** A header that asks for what is not taken, though all of it is signed. */
const header: Readonly<Record<string, ProofDeviation>> = {
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
  'a symmetric key': {
    header: { alg: 'HS256', jwk: { kty: 'oct', k: 'A'.repeat(43) } },
    signer: { algorithm: 'HS256', key: createSecretKey(Buffer.alloc(32)) },
  },
  'a private key': { header: { jwk: own.export({ format: 'jwk' }) } },
  'no key': { header: { jwk: undefined } },
  'a key that is none': { header: { jwk: 'key' } },
  'a key in a list': { header: { jwk: [publicJwk] } },
  'a key off its curve': { header: { jwk: { ...publicJwk, x: publicJwk.y, y: publicJwk.x } } },
  'a key in another spelling': { header: { jwk: { ...publicJwk, x: `${publicJwk.x}=` } } },
  'a key for encryption': { header: { jwk: { ...publicJwk, use: 'enc' } } },
  'a key of another curve': ofKey(r384.publicKey.export({ format: 'jwk' }), 'ES256', r384.privateKey),
  'an RSA key of 1024 bits': ofKey(rsa1024.publicKey.export({ format: 'jwk' }), 'RS256', rsa1024.privateKey),
  'a key id instead of a key': { header: { jwk: undefined, kid: key.thumbprint } },
  'an address of keys': { header: { jku: 'https://keys.example' } },
  'a certificate': { header: { x5c } },
  'an empty crit': { header: { crit: [] } },
  'an unknown crit': { header: { crit: ['exp'], exp: 1 } },
  'b64=false': { header: { b64: false, crit: ['b64'] } },
  'a zip': { header: { zip: 'DEF' } },
  'a member that nobody knows': { header: { more: true } },
};

/** A proof that was made for something else, or at another time; `fitting` is the request that it goes with. */
const claims: Readonly<Record<string, (fitting: Fitting) => Readonly<Record<string, unknown>>>> = {
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
interface Fitting {
  readonly method: string;
  readonly htu: string;
  readonly token: string;
  readonly mint: () => string;
}

/** Proofs that are another's, or were used. */
const used: readonly Attack[] = [
  deviating('D', "a proof of another key than the token's", (context) => ({
    token: boundToken(context, context.dpop, createDpopKey()),
  })),
  deviating('D', 'signed by another key than the one in it', () => ({
    signer: { algorithm: 'ES256', key: createDpopKey().privateKey },
  })),
  { name: 'a proof used a second time', expected: 'D', attack: (context) => again(context, provenRequest(context)) },
  {
    name: 'a second proof with the same jti',
    expected: 'D',
    attack: async (context) => {
      const deviation = { claims: { jti: 'the same' } };
      const other = createDpopKey();
      await context.send(provenRequest(context, deviation, other));
      return provenRequest(context, deviation, other);
    },
  },
  {
    name: 'a proof used 64 times at once: one passes',
    expected: 'D',
    onePasses: true,
    attack: (context) => Array<AttackRequest>(64).fill(provenRequest(context)),
  },
  {
    name: "the jti of somebody else's proof",
    expected: 'A',
    attack: async (context) => {
      const deviation = { claims: { jti: 'somebody uses it' } };
      await context.send(provenRequest(context, deviation));
      return provenRequest(context, deviation);
    },
  },
  {
    name: 'a proof that was refused on another route before',
    expected: 'A',
    attack: async (context) => {
      const good = provenRequest(context);
      await context.send({ ...good, route: context.route });
      return good;
    },
  },
  {
    name: 'a proof that came with a bad scheme before',
    expected: 'A',
    attack: async (context) => {
      const good = provenRequest(context);
      const [[, credentials] = ['', ''], ...rest] = good.headers;
      await context.send({ ...good, headers: [['Authorization', credentials.replace('DPoP', 'Bearer')], ...rest] });
      return good;
    },
  },
];

/** What a client or a proxy says of the service's name: it must not count. */
const named: readonly Attack[] = [
  deviating('D', 'htu by the Host field alone', ({ dpop: { path, publicUrl }, origin }) => {
    if (publicUrl === undefined || publicUrl === origin) throw new Inapplicable('it is called by its own address');
    return { claims: { htu: origin + path } };
  }),
  ...[
    ['X-Forwarded-Host', 'forged.example'],
    ['Forwarded', 'host=forged.example;proto=https'],
  ].map(
    ([name = '', value = '']): Attack => ({
      name: `htu by a ${name} field`,
      expected: 'D',
      attack: (context) => {
        const htu = `https://forged.example${context.dpop.path}`;
        const { headers, ...request } = provenRequest(context, { claims: { htu } });
        return { ...request, headers: [...headers, [name, value], ['X-Forwarded-Proto', 'https']] };
      },
    }),
  ),
];

/** The binding, and the scheme that goes with it: a stolen token must not work as a plain Bearer. */
const binding: readonly Attack[] = [
  deviating('T', 'a bound token as Bearer', () => ({ scheme: 'Bearer', fields: () => [] })),
  deviating('T', 'a bound token as Bearer, with a proof', () => ({ scheme: 'Bearer' })),
  deviating('T', 'a bound token as Bearer, where no proof is demanded', ({ route }) => ({
    route,
    scheme: 'Bearer',
    fields: () => [],
  })),
  deviating('D', 'a bound token without a proof, where none is demanded', ({ route }) => ({ route, fields: () => [] })),
  deviating('U', 'a token that is not bound, as Bearer', ({ dpop, mint }) => ({
    token: mint({ scopes: dpop.scopes }),
    scheme: 'Bearer',
    fields: () => [],
  })),
  deviating('U', 'a token that is not bound, as DPoP with a proof', ({ dpop, mint }) => ({
    token: mint({ scopes: dpop.scopes }),
  })),
  deviating('U', 'a token that is not bound, as DPoP, where no proof is demanded', ({ route, mint }) => ({
    route,
    token: mint(),
  })),
  deviating('U', 'a token that has expired, as DPoP', (context) => ({
    token: context.mint({ expiresIn: -60, claims: { cnf: { jkt: key.thumbprint } } }),
  })),
  { name: 'no credentials', expected: 'N', attack: ({ dpop }) => ({ route: dpop, headers: [] }) },
  {
    name: 'two Authorization fields, one of each scheme',
    expected: 'R',
    attack: (context) => {
      const { headers, ...request } = provenRequest(context);
      return { ...request, headers: [...headers, ['Authorization', `Bearer ${context.token}`]] };
    },
  },
];

/** A control: what refuses everything would withstand every attack. */
const good: readonly Attack[] = [
  deviating('A', 'a good proof', () => ({})),
  deviating('A', 'a good proof, where none is demanded', ({ route }) => ({ route })),
  deviating('A', 'the scheme in lower case', () => ({ scheme: 'dpop' })),
  deviating('A', 'typ as a full media type', () => ({ header: { typ: 'application/dpop+jwt' } })),
  deviating('A', 'htu with a query and a fragment', (context) => ({
    claims: { htu: `${fittingOf(context, '').htu}?page=1#top` },
  })),
  deviating('A', 'htu with the host in capitals', (context) => ({
    claims: { htu: fittingOf(context, '').htu.replace(/^[^/]+\/\/[^/]+/, (origin) => origin.toUpperCase()) },
  })),
  {
    name: 'a query',
    expected: 'A',
    attack: (context) => ({ ...provenRequest(context), target: `${context.dpop.path}?a=1` }),
  },
  ...dpopAlgorithms.map(
    (algorithm): Attack => ({
      name: `a proof signed with ${algorithm}`,
      expected: 'A',
      attack: (context) => proven(context, createDpopKey(algorithm)),
    }),
  ),
];

/** A token that is bound to a key (DPoP, RFC 9449): without the key it is worth nothing. */
export const dpop: Family = {
  name: 'dpop',
  attacks: [
    ...good,
    ...binding,
    ...Object.entries(fields).map(([name, sent]) => deviating('D', name, () => ({ fields: sent }))),
    ...Object.entries(header).map(([name, deviation]) => deviating('D', name, () => deviation)),
    ...Object.entries(claims).map(([name, change]) =>
      deviating('D', name, (context) => {
        const token = boundToken(context, context.dpop, key);
        return { token, claims: change(fittingOf(context, token)) };
      }),
    ),
    ...named,
    ...used,
  ],
};

function deviating(expected: Expected, name: string, deviate: (context: AttackContext) => ProofDeviation): Attack {
  return { name, expected, attack: (context) => provenRequest(context, deviate(context), key) };
}

function fittingOf({ dpop: { method, path, publicUrl }, origin, mint }: AttackContext, token: string): Fitting {
  return { method, htu: (publicUrl ?? origin) + path, token, mint: () => mint() };
}

/** As a client of ours makes it. */
function proven(context: AttackContext, own: DpopKey): AttackRequest {
  const { dpop: route } = context;
  const accessToken = boundToken(context, route, own);
  const { method, htu: url } = fittingOf(context, accessToken);
  const proof = createDpopProof({ key: own, method, url, accessToken });
  return {
    route,
    headers: [
      ['Authorization', `DPoP ${accessToken}`],
      ['DPoP', proof],
    ],
  };
}

async function again(context: AttackContext, request: AttackRequest): Promise<AttackRequest> {
  await context.send(request);
  return request;
}

function withPart(uri: string, part: 'port' | 'pathname' | 'username', value: string): string {
  const url = new URL(uri);
  url[part] = value;
  return url.href;
}
