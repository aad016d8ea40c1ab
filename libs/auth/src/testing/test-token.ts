import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { sealToken, segment, type TokenSigner } from './seal-token.js';

/** What a test token says; anything given replaces or, as `undefined`, removes what the issuer would write. */
export interface TestClaims {
  readonly subject?: string;
  readonly scopes?: readonly string[];
  readonly audience?: string | readonly string[];
  /** Seconds until `exp`. Default: 300. */
  readonly expiresIn?: number;
  /** Claims to add, replace, or remove (`undefined`). */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Header members to add, replace, or remove (`undefined`). */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A key pair of a test issuer. */
export interface TestKey extends TokenSigner {
  readonly kid: string;
  readonly publicKey: KeyObject;
}

/** Makes a key pair. */
export function newKey(algorithm: 'ES256' | 'RS256' | 'PS256'): TestKey {
  const { privateKey, publicKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid: randomUUID(), algorithm, key: privateKey, publicKey };
}

/** A key as a key set lists it (RFC 7517 §4). */
export function publicJwk({ kid, algorithm, publicKey }: TestKey): object {
  return { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
}

/** Mints an access token as a conforming issuer writes it (RFC 9068), but for what is asked for. */
export function mint(issuer: string, key: TestKey, options: TestClaims): string {
  const { subject = 'alice', scopes = [], audience = 'test.service', expiresIn = 300 } = options;
  const iat = Math.floor(Date.now() / 1000);
  const header = { alg: key.algorithm, kid: key.kid, typ: 'at+jwt', ...options.header };
  const claims = {
    iss: issuer,
    sub: subject,
    aud: Array.isArray(audience) ? audience : [audience],
    client_id: 'test',
    iat: expiresIn > 0 ? iat : iat + expiresIn - 60,
    exp: iat + expiresIn,
    jti: randomUUID(),
    sid: randomUUID(),
    service_scopes: scopes,
    scope: scopes.join(' '),
    ...options.claims,
  };
  return sealToken(segment(header), segment(claims), key);
}
