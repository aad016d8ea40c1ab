import { TokenInvalid } from '../refuse/index.js';
import { decodeBase64url } from './base64url.js';
import { parseJsonObject } from './strict-json.js';

/** The largest access token that is looked at, in bytes. */
export const maxTokenBytes = 8192;

/** A JWS in compact serialization (RFC 7515 §7.1) whose form is sound. Nothing in it is verified yet. */
export interface CompactJws {
  readonly token: string;
  readonly header: Readonly<Record<string, unknown>>;
  /** What was signed, as bytes: any content at all (RFC 7515 §2). That it is a claims set is for others to ask. */
  readonly payload: Uint8Array;
}

/** The three segments of a compact serialization, as they are spelled; more of them, fewer, or too long a token is refused. */
export function segmentsOf(token: string, maxBytes: number): [header: string, payload: string, signature: string] {
  if (token.length > maxBytes) throw new TokenInvalid('form.too_large');
  const [header, payload, signature, ...more] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) {
    throw new TokenInvalid('form.not_three_segments');
  }
  return [header, payload, signature];
}

/** Takes a token apart, or refuses it: three canonical segments, the first an unambiguous JSON object, the last not empty. */
export function parseCompactJws(token: string, maxBytes = maxTokenBytes): CompactJws {
  const [header, payload, signature] = segmentsOf(token, maxBytes);
  decodeBase64url(signature);
  return {
    token,
    header: parseJsonObject(decodeBase64url(header)),
    payload: payload === '' ? new Uint8Array() : decodeBase64url(payload),
  };
}
