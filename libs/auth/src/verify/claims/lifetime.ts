import { TokenInvalid } from '../../refuse/index.js';
import { type Claims, type Expectations, requireInstant } from './claims.js';

/** The life of a token, in seconds since the epoch. */
export interface Lifetime {
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly notBefore?: number;
}

/** `iat` and `exp` are present, in order and no further apart than the maximum, and `nbf` is an instant where present (RFC 7519 §4.1.4–4.1.6, RFC 9068 §2.2). */
export function checkLifetime({ iat, exp, nbf }: Claims, expected: Expectations): Lifetime {
  const issuedAt = requireInstant(iat, 'iat');
  const expiresAt = requireInstant(exp, 'exp');
  if (expiresAt <= issuedAt) throw new TokenInvalid('exp.before_iat');
  if (expiresAt - issuedAt > expected.maxLifetimeSeconds) throw new TokenInvalid('exp.lifetime_too_long');
  return { issuedAt, expiresAt, ...(nbf !== undefined && { notBefore: requireInstant(nbf, 'nbf') }) };
}
