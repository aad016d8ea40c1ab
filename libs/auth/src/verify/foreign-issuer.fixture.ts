import { generateKeyPairSync } from 'node:crypto';
import { AccessTokenStrategy } from '../guard/access-token.strategy.js';
import { sealToken, segment } from '../testing/seal-token.js';
import type { IssuerOptions } from './issuer-options.js';
import { TokenVerifier } from './token-verifier.js';
import { trustIssuer } from './trusted-issuer.js';

/** An issuer that writes whatever claims it is given, signed with RS256, and its key set. */
export interface ForeignIssuer {
  readonly jwks: () => Promise<{ readonly keys: readonly [Readonly<Record<string, string>>] }>;
  /** Signs exactly these claims, and a header of `alg`, `kid` and what is given. */
  token(claims: object, header?: object): string;
}

/** Makes an issuer. Two of them use one key id, as issuers that do not know each other can. */
export function foreignIssuer(): ForeignIssuer {
  const { privateKey: key, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [algorithm, kid] = ['RS256', 'key-1'] as const;
  const jwk = { ...(publicKey.export({ format: 'jwk' }) as Record<string, string>), kid, use: 'sig', alg: algorithm };
  return {
    jwks: async () => ({ keys: [jwk] }),
    token: (claims, header) =>
      sealToken(segment({ alg: algorithm, kid, ...header }), segment(claims), { algorithm, key }),
  };
}

/** A verifier as the module builds it, for these issuers. */
export function verifierFor(...issuers: IssuerOptions[]): TokenVerifier {
  return new TokenVerifier({
    issuers: issuers.map((issuer) => trustIssuer(issuer, false)),
    signatureHolds: new AccessTokenStrategy().holds,
    clockToleranceSeconds: 10,
  });
}
