import { TokenInvalid } from '../../refuse/index.js';
import type { Lifetime } from './lifetime.js';

/** The present, in whole seconds since the epoch, and the skew tolerated on either side of it, seconds. */
export interface Present {
  readonly now: number;
  readonly clockToleranceSeconds: number;
}

/** The present lies within a token's life (RFC 7519 §4.1.4–4.1.6). It is the one check whose answer changes with time. */
export function checkPresent({ issuedAt, expiresAt, notBefore }: Lifetime, present: Present): void {
  const { now, clockToleranceSeconds } = present;
  if (notBefore !== undefined && notBefore > now + clockToleranceSeconds) throw new TokenInvalid('nbf.in_the_future');
  if (issuedAt > now + clockToleranceSeconds) throw new TokenInvalid('iat.in_the_future');
  if (now > expiresAt + clockToleranceSeconds) throw new TokenInvalid('exp.passed');
}
