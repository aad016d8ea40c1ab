import { TokenInvalid } from '../refuse/index.js';
import type { Caller } from './caller.js';
import { type Claims, checkClaims, checkPresent } from './claims/index.js';
import { parseCompactJws } from './compact-jws.js';
import { checkHeader } from './header.js';
import { accessTokenType } from './media-type.js';
import { requireSignature, type SignatureCheck } from './signature.js';
import { parseJsonObject } from './strict-json.js';
import type { TrustedIssuer } from './trusted-issuer.js';
import { type VerifiedToken, VerifiedTokens } from './verified-tokens.js';

/** How a verifier judges. */
export interface TokenVerifierOptions {
  readonly issuers: readonly TrustedIssuer[];
  readonly signatureHolds: SignatureCheck;
  /** Skew tolerated in `exp`, `nbf` and `iat`, seconds. */
  readonly clockToleranceSeconds: number;
  /** How many verified tokens are remembered at most. Default: 0, none. */
  readonly maxVerifiedTokens?: number;
}

/** Answers whether an access token is genuine, for this service, and still good (RFC 9068 §4). */
export class TokenVerifier {
  private readonly issuers: ReadonlyMap<string, TrustedIssuer>;
  private readonly verifiedTokens: VerifiedTokens;

  constructor(private readonly options: TokenVerifierOptions) {
    this.issuers = new Map(options.issuers.map((issuer) => [issuer.issuer, issuer]));
    this.verifiedTokens = new VerifiedTokens(options.maxVerifiedTokens ?? 0);
  }

  /** @throws TokenInvalid, or VerdictUnavailable where the issuer's keys cannot be had */
  async verify(token: string): Promise<Caller> {
    const remembered = this.verifiedTokens.recall(token);
    const verified = remembered ?? (await this.examine(token));
    this.requireCurrent(verified);
    if (!remembered) this.verifiedTokens.remember(token, verified);
    return callerOf(verified);
  }

  /** What does not change about a token, as long as its key stands: form, issuer, header, signature, claims. */
  private async examine(token: string): Promise<VerifiedToken> {
    const jws = parseCompactJws(token);
    const unverified = parseJsonObject(jws.payload);
    const issuer = this.issuerOf(unverified);
    const { type, kid } = checkHeader(jws.header, issuer);
    const key = await issuer.keys.find(kid);
    await requireSignature(jws, key, this.options.signatureHolds);
    const claims = checkClaims(unverified, { ...issuer, explicitlyTyped: type === accessTokenType });
    return { issuer, claims, key };
  }

  /** What can change while a token lives, asked of every token at every request, remembered or not. */
  private requireCurrent({ claims }: VerifiedToken): void {
    const { clockToleranceSeconds } = this.options;
    checkPresent(claims, { now: Math.floor(Date.now() / 1000), clockToleranceSeconds });
  }

  /** `iss` only selects among the issuers that are trusted already; nothing else of the claims is read before the signature holds. */
  private issuerOf({ iss }: Claims): TrustedIssuer {
    const issuer = typeof iss === 'string' ? this.issuers.get(iss) : undefined;
    if (!issuer) throw new TokenInvalid('iss.not_trusted');
    return issuer;
  }
}

/** The caller of one request, which shares nothing with that of another: a handler may change its own. */
function callerOf({ issuer, claims: { notBefore, ...claims } }: VerifiedToken): Caller {
  return { issuer: issuer.issuer, ...claims, audience: [...claims.audience], scopes: new Set(claims.scopes) };
}
