import { createSecretKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { TokenSigner } from '../seal-token.js';
import { createTestIssuer, type TestIssuer, type TestIssuerOptions } from '../test-issuer.js';

/** A key of the attacker's issuer, as its key set lists it and as it signs. */
export interface ListedKey {
  readonly kid: string;
  /** As listed, each under the key id. */
  readonly jwks: readonly object[];
  readonly signer: TokenSigner;
}

/** The keys that the attacker's issuer lists beside its own. */
export interface ListedKeys {
  /** An RSA key for RS256. */
  readonly rsa: ListedKey;
  /** An RSA key for PS256, and only for PS256. */
  readonly pss: ListedKey;
  /** Keys that must never be used, though the issuer lists them. */
  readonly unfit: Readonly<Record<UnfitKey, ListedKey>>;
}

/** An issuer that the service trusts, and that is in the attacker's hands. */
export interface AttackIssuer {
  readonly issuer: TestIssuer;
  readonly listed: ListedKeys;
}

/** Starts the attacker's issuer. */
export async function createAttackIssuer(options: Omit<TestIssuerOptions, 'publish'> = {}): Promise<AttackIssuer> {
  const listed = {
    rsa: rsa({ alg: 'RS256' }),
    pss: rsa({ alg: 'PS256' }),
    unfit: makeUnfitKeys(),
  };
  const publish = [listed.rsa, listed.pss, ...Object.values(listed.unfit)].flatMap(({ jwks }) => jwks);
  return { issuer: await createTestIssuer({ ...options, publish }), listed };
}

/** How each unfit key is made. */
const unfitKeys = {
  'a symmetric key': () => symmetric(32),
  'a symmetric key under 32 bytes': () => symmetric(16),
  'an RSA key for encryption': () => rsa({ use: 'enc' }),
  'an RSA key for wrapping keys': () => rsa({ key_ops: ['wrapKey'] }),
  'an RSA key of 1024 bits': () => rsa({}, 1024),
  'an RSA key labelled ES256': () => rsa({ alg: 'ES256' }),
  'an RSA key labelled for encryption': () => rsa({ alg: 'RSA-OAEP' }),
  'a private key': () => revealed(),
  'two keys under one id': () => twice(),
} as const satisfies Record<string, () => ListedKey>;

/** What makes a listed key unfit. */
export type UnfitKey = keyof typeof unfitKeys;

/** Every kind of unfit key. */
export const unfitKeyNames = Object.keys(unfitKeys) as UnfitKey[];

function makeUnfitKeys(): Record<UnfitKey, ListedKey> {
  return Object.fromEntries(unfitKeyNames.map((name) => [name, unfitKeys[name]()])) as Record<UnfitKey, ListedKey>;
}

function rsa(members: object, modulusLength = 2048): ListedKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const algorithm = 'alg' in members && members.alg === 'PS256' ? 'PS256' : 'RS256';
  return list({ algorithm, key: privateKey }, [{ ...publicKey.export({ format: 'jwk' }), ...members }]);
}

function symmetric(bytes: number): ListedKey {
  const key = createSecretKey(randomBytes(bytes));
  return list({ algorithm: 'HS256', key }, [key.export({ format: 'jwk' })]);
}

function revealed(): ListedKey {
  const { privateKey } = newPair();
  return list({ algorithm: 'ES256', key: privateKey }, [privateKey.export({ format: 'jwk' })]);
}

function twice(): ListedKey {
  const { privateKey, publicKey } = newPair();
  const jwks = [publicKey, newPair().publicKey].map((key) => key.export({ format: 'jwk' }));
  return list({ algorithm: 'ES256', key: privateKey }, jwks);
}

function newPair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function list(signer: TokenSigner, jwks: readonly object[]): ListedKey {
  const kid = randomUUID();
  return { kid, signer, jwks: jwks.map((jwk) => ({ ...jwk, kid })) };
}
