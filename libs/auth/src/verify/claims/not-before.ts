import { TokenInvalid } from '../../refuse/index.js';
import { type Claims, type Expectations, requireInstant } from './claims.js';

/** `nbf`, where present, has come (RFC 7519 §4.1.5). */
export function checkNotBefore({ nbf }: Claims, expected: Expectations): void {
  if (nbf === undefined) return;
  if (requireInstant(nbf, 'nbf') > expected.now + expected.clockToleranceSeconds)
    throw new TokenInvalid('nbf.in_the_future');
}
