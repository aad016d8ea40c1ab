import type { ClientCredentialsOptions, TargetOptions } from '../call/index.js';
import type { DecisionListener } from '../observe/index.js';
import type { DpopOptions, ReplayStore, SignatureKey } from '../proof/index.js';
import type { UsedTokens } from '../revoke/index.js';
import type { IssuerOptions } from '../verify/index.js';

/** How a service guards its routes and calls the next one. */
export interface ServiceAuthOptions {
  /** Whose access tokens are accepted; at least one. */
  readonly issuers: readonly IssuerOptions[];
  /** Skew tolerated in `exp`, `nbf` and `iat`, seconds, 0–60. Default: 10. */
  readonly clockToleranceSeconds?: number;
  /** How many verified tokens are remembered, so that each is examined once: about 1 KiB each; 0: none. Default: 10,000. */
  readonly maxVerifiedTokens?: number;
  /** Allows plain http to issuers beyond the loopback interface. Default: false. */
  readonly allowHttp?: boolean;
  /** Request signatures between services: needed where a route declares `@Sensitive({ signature })` or a target is signed. */
  readonly signatures?: SignatureOptions;
  /** Proofs of the key that a token is bound to (DPoP): needed where tokens are, or a route declares `@Sensitive({ dpop: true })`. */
  readonly dpop?: DpopOptions;
  /**
   * Remembers which tokens were used, where a route declares `@Sensitive({ once: true })`. Default: this process's memory, for a
   * single replica; it takes no token that was issued before the process started.
   */
  readonly usedTokens?: UsedTokens;
  /**
   * The proxies before this service, as addresses or ranges in CIDR notation: only what they say of the client in
   * `X-Forwarded-For` counts. Default: none, so that the client is who connects.
   */
  readonly trustedProxies?: readonly string[];
  /** The services that may be called. No other address ever gets a token. */
  readonly targets?: readonly TargetOptions[];
  /** With what this service gets tokens of its own, where it acts as itself (`ServiceClient.asService`) or reads an issuer's feed. */
  readonly clientCredentials?: ClientCredentialsOptions;
  /**
   * How old the news of an issuer's revocations may be on sensitive routes, seconds, 1–300; beyond that they answer 503. It
   * holds for issuers with a feed (`eventsUrl`). Default: 5.
   */
  readonly maxRevocationStalenessSeconds?: number;
  /** How long after a request's arrival its handler may call the next service at most, milliseconds, 1–999,999. Default: 10,000. */
  readonly requestTimeoutMs?: number;
  /** What becomes of a handler without an access rule, which is closed in any case: a warning at boot, or no boot. Default: `refuse`. */
  readonly unannotatedRoutes?: 'refuse' | 'fail-boot';
  /** Called for every refusal, besides the log line. Nobody waits for it; what it throws is logged. */
  readonly onDecision?: DecisionListener;
}

/** Request signatures (RFC 9421). */
export interface SignatureOptions {
  /** This service's own name: its first key signs. */
  readonly caller: string;
  readonly keys: readonly SignatureKey[];
  /** Remembers nonces. Default: this process's memory, for a single replica. */
  readonly replayStore?: ReplayStore;
  /** How old a signature may be, seconds. Default: 60. */
  readonly maxAgeSeconds?: number;
  /**
   * The callers that are believed where they say in `Client-Address` where their client is, on routes that name no callers of
   * their own; a route that does believes those. Default: nobody, so that the connection tells.
   */
  readonly addressVouchers?: readonly string[];
}

/** Injection token of the options. Nest quotes it where the module was imported without any. */
export const SERVICE_AUTH_OPTIONS = Symbol('SERVICE_AUTH_OPTIONS: import ServiceAuthModule.forRoot({ issuers })');

/**
 * The skew to tolerate, seconds.
 * @throws TypeError with the remedy
 */
export function clockToleranceOf({ clockToleranceSeconds = 10 }: ServiceAuthOptions): number {
  if (!Number.isInteger(clockToleranceSeconds) || clockToleranceSeconds < 0 || clockToleranceSeconds > 60) {
    throw new TypeError('clockToleranceSeconds must be a whole number from 0 to 60.');
  }
  return clockToleranceSeconds;
}

/** Who is believed to say where a client is, where the route names no callers. */
export function addressVouchersOf({ signatures }: ServiceAuthOptions): readonly string[] {
  return signatures?.addressVouchers ?? [];
}

/**
 * How many verified tokens to remember.
 * @throws TypeError with the remedy
 */
export function maxVerifiedTokensOf({ maxVerifiedTokens = 10_000 }: ServiceAuthOptions): number {
  if (!Number.isInteger(maxVerifiedTokens) || maxVerifiedTokens < 0) {
    throw new TypeError('maxVerifiedTokens must be a whole number: 0 for none, or e.g. 10000.');
  }
  return maxVerifiedTokens;
}

/**
 * How old the news of revocations may be on sensitive routes, seconds.
 * @throws TypeError with the remedy
 */
export function maxRevocationStalenessOf({ maxRevocationStalenessSeconds = 5 }: ServiceAuthOptions): number {
  if (!(maxRevocationStalenessSeconds >= 1 && maxRevocationStalenessSeconds <= 300)) {
    throw new TypeError('maxRevocationStalenessSeconds must be from 1 to 300.');
  }
  return maxRevocationStalenessSeconds;
}

/**
 * How long a request may take where its caller does not say that it waits less, milliseconds.
 * @throws TypeError with the remedy
 */
export function requestTimeoutMsOf({ requestTimeoutMs = 10_000 }: ServiceAuthOptions): number {
  if (!Number.isInteger(requestTimeoutMs) || requestTimeoutMs < 1 || requestTimeoutMs > 999_999) {
    throw new TypeError('requestTimeoutMs must be a whole number from 1 to 999999.');
  }
  return requestTimeoutMs;
}
