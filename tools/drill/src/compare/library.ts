import type { KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { createVerifier } from 'fast-jwt';
import { jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';

/** What a verifier is told: the one key, its algorithm, and whom the token must come from and be for. */
export interface Trust {
  readonly key: KeyObject;
  readonly issuer: string;
  readonly audience: string;
}

/** Verifies a token; throws or rejects where it refuses. */
type Verify = (token: string, trust: Trust) => unknown;

/** A stock library, used in two ways. */
export interface Library {
  readonly name: string;
  readonly version: string;
  /** With the key and the algorithm pinned, and no further option. */
  readonly pinned: Verify;
  /** With every option that the library has for what the guard demands. */
  readonly configured: Verify;
}

const algorithm = 'ES256';
const maxLifetimeSeconds = 900;
const skewSeconds = 10;
const requiredClaims = ['iss', 'aud', 'exp', 'iat', 'sub', 'jti'];

/** The libraries with which JWTs are mostly verified on Node. */
export const libraries: readonly Library[] = [
  {
    name: 'jsonwebtoken',
    version: versionOf('jsonwebtoken'),
    pinned: (token, { key }) => jsonwebtoken.verify(token, key, { algorithms: [algorithm] }),
    configured: (token, { key, issuer, audience }) =>
      jsonwebtoken.verify(token, key, {
        algorithms: [algorithm],
        issuer,
        audience,
        maxAge: maxLifetimeSeconds,
        clockTolerance: skewSeconds,
      }),
  },
  {
    name: 'jose',
    version: versionOf('jose'),
    pinned: (token, { key }) => jwtVerify(token, key, { algorithms: [algorithm] }),
    configured: (token, { key, issuer, audience }) =>
      jwtVerify(token, key, {
        algorithms: [algorithm],
        issuer,
        audience,
        typ: 'at+jwt',
        maxTokenAge: maxLifetimeSeconds,
        clockTolerance: skewSeconds,
        requiredClaims,
      }),
  },
  {
    name: 'fast-jwt',
    version: versionOf('fast-jwt'),
    pinned: (token, { key }) => createVerifier({ key: pem(key), algorithms: [algorithm] })(token),
    configured: (token, { key, issuer, audience }) =>
      createVerifier({
        key: pem(key),
        algorithms: [algorithm],
        allowedIss: issuer,
        allowedAud: audience,
        checkTyp: 'at+jwt',
        maxAge: maxLifetimeSeconds * 1000,
        clockTolerance: skewSeconds * 1000,
        requiredClaims,
      })(token),
  },
];

/** Says whether a library accepts a token. */
export async function accepts(verify: Verify, token: string, trust: Trust): Promise<boolean> {
  try {
    await verify(token, trust);
    return true;
  } catch {
    return false; // every throw is a refusal: none of them lets the token through
  }
}

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function versionOf(name: string): string {
  return createRequire(import.meta.url)(`${name}/package.json`).version;
}
