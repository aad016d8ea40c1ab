import { type Claims, requireText } from './claims.js';

/** Who the token speaks of, and which token it is (RFC 9068 §2.2): `sub` and `jti` always, `client_id` and `sid` where present. */
export function checkIdentity({ sub, jti, client_id, sid }: Claims): Identity {
  return {
    subject: requireText(sub, 'sub'),
    tokenId: requireText(jti, 'jti'),
    ...(client_id !== undefined && { clientId: requireText(client_id, 'client_id') }),
    ...(sid !== undefined && { sessionId: requireText(sid, 'sid') }),
  };
}

/** The identities that a token carries. */
export interface Identity {
  readonly subject: string;
  readonly tokenId: string;
  readonly clientId?: string;
  readonly sessionId?: string;
}
