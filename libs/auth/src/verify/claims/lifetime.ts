import { TokenInvalid } from '../../refuse/index.js';
import { type Claims, type Expectations, requireInstant } from './claims.js';

/** `iat` and `exp` are present, in order, no further apart than the maximum, and the present lies between them (RFC 7519 §4.1.4, §4.1.6; RFC 9068 §2.2). */
export function checkLifetime({ iat, exp }: Claims, expected: Expectations): { issuedAt: number; expiresAt: number } {
  const issuedAt = requireInstant(iat, 'iat');
  const expiresAt = requireInstant(exp, 'exp');
  if (expiresAt <= issuedAt) throw new TokenInvalid('exp.before_iat');
  if (expiresAt - issuedAt > expected.maxLifetimeSeconds) throw new TokenInvalid('exp.lifetime_too_long');
  if (issuedAt > expected.now + expected.clockToleranceSeconds) throw new TokenInvalid('iat.in_the_future');
  if (expected.now > expiresAt + expected.clockToleranceSeconds) throw new TokenInvalid('exp.passed');
  return { issuedAt, expiresAt };
}
