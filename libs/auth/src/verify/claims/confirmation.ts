import { TokenInvalid } from '../../refuse/index.js';
import { type Confirmation, readConfirmation } from '../confirmation.js';
import type { Claims } from './claims.js';

/** What the token is bound to (`cnf`, RFC 7800 §3). Where that is not known through and through, nobody could enforce it: it is refused. */
export function checkConfirmation({ cnf }: Claims): { readonly confirmation?: Confirmation } {
  if (cnf === undefined) return {};
  const confirmation = readConfirmation(cnf);
  if (!confirmation) throw new TokenInvalid('cnf.unknown_binding');
  return { confirmation };
}
