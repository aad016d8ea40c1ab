import { TokenInvalid } from '../../refuse/index.js';
import type { Actor } from '../actor.js';
import { type Claims, requireText } from './claims.js';

/** Who acts, where the token says so: `act`, an object whose `sub` names the actor, with the one before it inside (RFC 8693 §4.1). */
export function checkActor({ act }: Claims): { readonly actor?: Actor } {
  if (act === undefined) return {};
  if (typeof act !== 'object' || act === null || Array.isArray(act)) throw new TokenInvalid('act.not_an_object');
  const { sub, ...rest } = act as Claims;
  return { actor: Object.freeze({ subject: requireText(sub, 'act'), ...checkActor(rest) }) };
}
