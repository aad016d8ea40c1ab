import { constants, createHmac, createSecretKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { IssuerOptions } from '../../verify/index.js';

/** Who issues the tokens of the fuzzer, and to whom. */
export const issuer = 'https://issuer.example';
/** An issuer of old, with which the service shares a secret. */
export const legacyIssuer = 'https://legacy.example';
/** That secret. */
export const legacySecret = 'a secret of thirty-two bytes or more, for tests alone';
/** The service that the tokens are for. */
export const audience = 'order.service';

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });

/** The keys that verify, by key id: one of each default algorithm. */
const fit = {
  'ec-1': { algorithm: 'ES256', ...ec('P-256') },
  'rsa-1': { algorithm: 'RS256', ...rsa(2048) },
  'pss-1': { algorithm: 'PS256', ...rsa(2048) },
} as const;

/** Keys that must never verify, though the set lists most of them and tokens are signed with them. */
const unfit = {
  'not-listed': { algorithm: 'ES256', ...ec('P-256') },
  'p384-1': { algorithm: 'ES384', ...ec('P-384') },
  'encryption-1': { algorithm: 'ES256', ...ec('P-256') },
  'weak-1': { algorithm: 'RS256', ...rsa(1024) },
  'twice-1': { algorithm: 'ES256', ...ec('P-256') },
} as const;

/** Fit keys, used with an algorithm that is not their own (RFC 8725 §3.1). */
const misused = {
  'rsa-1 for PS256': { kid: 'rsa-1', ...fit['rsa-1'], algorithm: 'PS256' },
  'rsa-1 for RS512': { kid: 'rsa-1', ...fit['rsa-1'], algorithm: 'RS512' },
  'pss-1 for RS256': { kid: 'pss-1', ...fit['pss-1'], algorithm: 'RS256' },
} as const;

interface SigningKey {
  readonly algorithm: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** The id that the token names, where it is not the signer's own name. */
  readonly kid?: string;
}

const signingKeys: Readonly<Record<string, SigningKey>> = { ...fit, ...unfit, ...misused };

/** The name of whoever signs: the id of a key, or the way in which a public key is taken for a secret. */
export type Signer = 'legacy' | keyof typeof fit | keyof typeof unfit | keyof typeof misused | keyof typeof secrets;

const listed = (kid: keyof typeof fit | keyof typeof unfit) => ({
  ...signingKeys[kid]?.publicKey.export({ format: 'jwk' }),
  kid,
});
const symmetric = { kty: 'oct', kid: 'oct-1', alg: 'HS256', k: Buffer.alloc(32, 7).toString('base64url') };
const pem = fit['rsa-1'].publicKey.export({ format: 'pem', type: 'spki' }).toString();

/** What may be used as an HMAC secret, rightly or not (RFC 8725 §2.1), and the key id that the token names. */
const secrets = {
  legacy: { kid: 'legacy-1', secret: legacySecret },
  'hmac: PEM': { kid: 'rsa-1', secret: pem },
  'hmac: PEM without the line feed': { kid: 'rsa-1', secret: pem.trim() },
  'hmac: JWK': { kid: 'ec-1', secret: JSON.stringify(fit['ec-1'].publicKey.export({ format: 'jwk' })) },
  'hmac: DER': { kid: 'rsa-1', secret: fit['rsa-1'].publicKey.export({ format: 'der', type: 'spki' }) },
  'hmac: nothing': { kid: 'ec-1', secret: '' },
  'hmac: a listed secret': { kid: 'oct-1', secret: Buffer.alloc(32, 7) },
} as const;

/** The issuer's JWK Set as a service fetches it. */
export const keySet = {
  keys: [
    ...(['ec-1', 'rsa-1', 'pss-1'] as const).map((kid) => ({ ...listed(kid), alg: fit[kid].algorithm, use: 'sig' })),
    listed('p384-1'),
    { ...listed('encryption-1'), use: 'enc' },
    listed('weak-1'),
    listed('twice-1'),
    { ...listed('ec-1'), kid: 'twice-1' },
    symmetric,
  ],
};

/** The fit keys: what an oracle pins. */
export const pinnedKeys: Readonly<Record<string, { algorithm: string; publicKey: KeyObject }>> = fit;
export const pinnedSecret: KeyObject = createSecretKey(Buffer.from(legacySecret));

/** Who can sign: honest signers and the others. */
export const honestSigners = [...Object.keys(fit), 'legacy'] as readonly Signer[];
export const otherSigners = [...Object.keys(unfit), ...Object.keys(misused), ...Object.keys(secrets)].filter(
  (name) => name !== 'legacy',
) as readonly Signer[];

/** The issuer for which a signer would speak. */
export function issuerOf(signer: Signer): string {
  return signer === 'legacy' ? legacyIssuer : issuer;
}

/** The header that a signer would write. */
export function headerOf(signer: Signer): { readonly alg: string; readonly kid: string; readonly typ: string } {
  const named = signingKeys[signer] ?? Object.entries(secrets).find(([name]) => name === signer)?.[1];
  return { alg: signingKeys[signer]?.algorithm ?? 'HS256', kid: named?.kid ?? signer, typ: 'at+jwt' };
}

/** The issuers as a guarded service is told of them. */
export const issuerOptions: readonly IssuerOptions[] = [
  { issuer, audience, jwks: async () => keySet },
  { issuer: legacyIssuer, audience, secret: legacySecret },
];

/** Signs as the signer would, whatever the header says. */
export function signAs(signer: Signer, input: string): Buffer {
  const secret = Object.entries(secrets).find(([name]) => name === signer)?.[1].secret;
  if (secret !== undefined) return createHmac('sha256', secret).update(input).digest();
  const { algorithm = '', privateKey } = signingKeys[signer] ?? {};
  if (!privateKey) throw new TypeError(`Nobody is called ${signer}.`);
  const padding = algorithm.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const manner = algorithm.startsWith('ES')
    ? { dsaEncoding: 'ieee-p1363' as const }
    : { padding, ...(algorithm.startsWith('PS') && { saltLength: constants.RSA_PSS_SALTLEN_DIGEST }) };
  return sign(`sha${algorithm.slice(2)}`, Buffer.from(input), { key: privateKey, ...manner });
}
