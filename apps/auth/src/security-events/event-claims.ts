import { randomUUID } from 'node:crypto';
import type { SecurityChange, SessionEnd } from './security-change.js';

/** The `aud` of every security event. */
const audience = 'urn:waybill:security-events';

/** The event types, as OpenID's profiles of Security Event Tokens spell them; for keys there is none. */
const types: Record<SecurityChange['kind'], string> = {
  'token-revoked': 'https://schemas.openid.net/secevent/oauth/event-type/token-revoked',
  'session-revoked': 'https://schemas.openid.net/secevent/caep/event-type/session-revoked',
  'scopes-withdrawn': 'https://schemas.openid.net/secevent/caep/event-type/token-claims-change',
  'credential-change': 'https://schemas.openid.net/secevent/caep/event-type/credential-change',
  'key-withdrawn': 'urn:waybill:security-event:key-withdrawn',
};

/** Who brought a session to its end (CAEP 1.0 §2). */
const initiators: Record<SessionEnd, 'user' | 'admin' | 'policy'> = {
  'sign-out': 'user',
  'sign-out-by-administrator': 'admin',
  'refresh-token-reuse': 'policy',
  'credential-change': 'user',
};

/** Where an event stands in which log, whose it is, and for how long it matters. */
export interface EventPlace {
  issuer: string;
  log: string;
  seq: number;
  at: Date;
  /** Seconds since the epoch. */
  until: number;
}

/**
 * The claims of the Security Event Token that tells of a change (RFC 8417 §2.2). It has no `exp`: what it says goes on being
 * true; `until` says for how long a guard has to keep it.
 */
export function eventClaims(change: SecurityChange, { issuer, log, seq, at, until }: EventPlace) {
  const seconds = Math.floor(at.getTime() / 1000);
  return {
    iss: issuer,
    iat: seconds,
    jti: randomUUID(),
    aud: audience,
    sub_id: subjectOf(change, issuer),
    log,
    seq,
    until,
    events: { [types[change.kind]]: { ...detailsOf(change), event_timestamp: seconds } },
  };
}

/** Whom or what an event is about (RFC 9493 §3.2). */
function subjectOf(change: SecurityChange, issuer: string) {
  if (change.kind === 'key-withdrawn') return { format: 'opaque', id: change.kid };
  return { format: 'iss_sub', iss: issuer, sub: change.sub };
}

function detailsOf(change: SecurityChange): Record<string, unknown> {
  switch (change.kind) {
    case 'token-revoked':
      return {
        token_identifier_alg: 'jti',
        token: change.jti,
        ...(change.clientId !== undefined && { client_id: change.clientId }),
      };
    case 'session-revoked':
      return {
        sids: change.sids,
        initiating_entity: initiators[change.reason],
        reason_admin: { en: change.reason },
      };
    case 'scopes-withdrawn':
      return { sids: change.sids, claims: { withdrawn_scopes: change.scopes } };
    case 'credential-change':
      return { sids: change.sids, credential_type: change.credential, change_type: 'update' };
    case 'key-withdrawn':
      return { kid: change.kid };
  }
}
