import { type Claims, type Expectations, requireText } from './claims.js';
import { clientOf } from './client.js';

/** The identities that a token carries. */
export interface Identity {
  readonly subject: string;
  readonly tokenId?: string;
  readonly clientId?: string;
  readonly sessionId?: string;
}

/** Who the token speaks of, and which token it is (RFC 9068 §2.2): `sub` always, `jti` unless it is waived, client and `sid` where present. */
export function checkIdentity(claims: Claims, { requireJti }: Expectations): Identity {
  const { sub, jti, sid } = claims;
  const clientId = clientOf(claims);
  return {
    subject: requireText(sub, 'sub'),
    ...((requireJti || jti !== undefined) && { tokenId: requireText(jti, 'jti') }),
    ...(clientId !== undefined && { clientId }),
    ...(sid !== undefined && { sessionId: requireText(sid, 'sid') }),
  };
}
