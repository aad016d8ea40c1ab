import { TokenInvalid } from '../../refuse/index.js';
import { type Claims, type Expectations, requireText } from './claims.js';

/** `aud`, a string or an array of strings, names this very service (RFC 7519 §4.1.3): exact, case and all. */
export function checkAudience({ aud }: Claims, expected: Expectations): readonly string[] {
  const audience = (Array.isArray(aud) ? aud : [aud]).map((entry) => requireText(entry, 'aud'));
  if (!audience.includes(expected.audience)) throw new TokenInvalid('aud.other_service');
  return audience;
}
