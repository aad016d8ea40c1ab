import { TokenInvalid } from '../refuse/index.js';
import type { Caller } from './caller.js';
import { checkClaims } from './claims/index.js';
import { type CompactJws, parseCompactJws } from './compact-jws.js';
import { checkHeader } from './header.js';
import type { TrustedIssuer } from './trusted-issuer.js';
import type { VerificationKey } from './verification-key.js';

/** Says whether a token's signature holds under a key (RFC 7515 §5.2). The token's form, header and key are already checked. */
export type SignatureCheck = (token: string, key: VerificationKey) => Promise<boolean>;

/** How a verifier judges. */
export interface TokenVerifierOptions {
  readonly issuers: readonly TrustedIssuer[];
  readonly signatureHolds: SignatureCheck;
  /** Skew tolerated in `exp`, `nbf` and `iat`, seconds. */
  readonly clockToleranceSeconds: number;
}

/** Answers whether an access token is genuine, for this service, and still good (RFC 9068 §4). */
export class TokenVerifier {
  private readonly issuers: ReadonlyMap<string, TrustedIssuer>;

  constructor(private readonly options: TokenVerifierOptions) {
    this.issuers = new Map(options.issuers.map((issuer) => [issuer.issuer, issuer]));
  }

  /** @throws TokenInvalid, or VerdictUnavailable where the issuer's keys cannot be had */
  async verify(token: string): Promise<Caller> {
    const jws = parseCompactJws(token);
    const issuer = this.issuerOf(jws);
    await this.requireSignature(jws, issuer);
    const claims = checkClaims(jws.claims, {
      audience: issuer.audience,
      maxLifetimeSeconds: issuer.maxLifetimeSeconds,
      clockToleranceSeconds: this.options.clockToleranceSeconds,
      now: Math.floor(Date.now() / 1000),
    });
    return { issuer: issuer.issuer, ...claims };
  }

  /** `iss` only selects among the issuers that are trusted already; nothing else of the claims is read before the signature holds. */
  private issuerOf({ claims }: CompactJws): TrustedIssuer {
    const issuer = typeof claims.iss === 'string' ? this.issuers.get(claims.iss) : undefined;
    if (!issuer) throw new TokenInvalid('iss.not_trusted');
    return issuer;
  }

  private async requireSignature({ token, header }: CompactJws, issuer: TrustedIssuer): Promise<void> {
    const { algorithm, kid } = checkHeader(header, issuer.algorithms);
    const key = await issuer.keys.find(kid);
    if (!key.algorithms.has(algorithm)) throw new TokenInvalid('header.algorithm_of_other_key');
    if (!(await this.options.signatureHolds(token, key))) throw new TokenInvalid('signature.mismatch');
  }
}
