import { TokenInvalid } from '../refuse/index.js';
import { parseCompactJws } from '../verify/compact-jws.js';
import { checkHeader } from '../verify/header.js';
import { defaultAlgorithms, type SignatureCheck, type VerificationKey } from '../verify/index.js';
import type { RemoteKeySet } from '../verify/remote-key-set.js';
import { requireSignature } from '../verify/signature.js';
import { parseJsonObject } from '../verify/strict-json.js';
import { StreamFault } from './stream-fault.js';

/** The largest message of a stream, bytes: a page of a snapshot holds 1,000 entries. */
export const maxMessageBytes = 1024 * 1024;

/** What each message of the stream is, by the `typ` of its header (RFC 8417 §2.3, RFC 8725 §3.11). */
export const eventTokenTypes = {
  set: 'secevent+jwt',
  snapshot: 'waybill-snapshot+jwt',
  heartbeat: 'waybill-heartbeat+jwt',
} as const;

/** For whom security events are (RFC 8417 §2.2); no access token has this audience. */
export const eventAudience = 'urn:waybill:security-events';

/** Whose events they are, and how their signature is checked. */
export interface EventTokenTrust {
  /** The exact value of `iss`. */
  readonly issuer: string;
  /** The keys of the feed alone, which sign no access token. */
  readonly keys: RemoteKeySet;
  readonly signatureHolds: SignatureCheck;
}

/** A message whose signature holds. */
export interface EventToken {
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds since the epoch, by the issuer's clock. */
  readonly issuedAt: number;
  /** The log that it is of, and the position in it. */
  readonly log: string;
  readonly seq: number;
}

/** A log's name becomes part of a header field. */
const logName = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Verifies one message of the stream: a compact JWS (RFC 7515) of the type that is expected here, by a key of the feed.
 * Nothing in it is believed before that, and nothing in it says where a key is.
 * @throws TokenInvalid, VerdictUnavailable where the feed's keys cannot be had, StreamFault
 */
export async function readEventToken(
  token: string,
  kind: keyof typeof eventTokenTypes,
  { issuer, keys, signatureHolds }: EventTokenTrust,
): Promise<EventToken> {
  const jws = parseCompactJws(token, maxMessageBytes);
  const expected = { algorithms: new Set(defaultAlgorithms), types: new Set([eventTokenTypes[kind]]) };
  const { kid } = checkHeader(jws.header, expected);
  await requireSignature(jws, await keyOf(kid, keys), signatureHolds);
  const claims = parseJsonObject(jws.payload);
  const { iss, aud, iat, log, seq } = claims;
  if (iss !== issuer) throw new StreamFault('message.of_another_issuer');
  if (kind === 'set' && aud !== eventAudience) throw new StreamFault('message.for_another_audience');
  if (!isCount(iat)) throw new StreamFault('message.without_iat');
  if (typeof log !== 'string' || !logName.test(log)) throw new StreamFault('message.without_log');
  if (!isCount(seq)) throw new StreamFault('message.without_seq');
  return { claims, issuedAt: iat, log, seq };
}

/**
 * The feed's key of this id. An id that is not known is asked for past the cool-down of the key set: who could make a
 * service ask again and again already stands between it and the issuer, and each connection is asked for no sooner than the last.
 */
async function keyOf(kid: string | undefined, keys: RemoteKeySet): Promise<VerificationKey> {
  try {
    return await keys.find(kid);
  } catch (refusal) {
    if (!(refusal instanceof TokenInvalid) || refusal.reason !== 'key.unknown') throw refusal;
    await keys.refresh();
    return keys.find(kid);
  }
}

/** A whole number from 0 on that is counted exactly. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
