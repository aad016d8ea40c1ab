import { TokenInvalid } from '../../refuse/index.js';
import type { Claims } from './claims.js';

/** A token that is bound to something (`cnf`, RFC 7800 §3) is refused where the binding cannot be enforced: it is no bearer token. */
export function checkConfirmation({ cnf }: Claims): void {
  if (cnf !== undefined) throw new TokenInvalid('cnf.unknown_binding');
}
