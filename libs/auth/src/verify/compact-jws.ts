import { TokenInvalid } from '../refuse/index.js';
import { decodeBase64url } from './base64url.js';
import { parseJsonObject } from './strict-json.js';

/** The largest token that is looked at, in bytes. */
export const maxTokenBytes = 8192;

/** A JWS in compact serialization (RFC 7515 §7.1) whose form is sound. Nothing in it is verified yet. */
export interface CompactJws {
  readonly token: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Takes a token apart, or refuses it: three canonical segments, two of them unambiguous JSON objects. */
export function parseCompactJws(token: string): CompactJws {
  if (token.length > maxTokenBytes) throw new TokenInvalid('form.too_large');
  const [header, claims, signature, ...more] = token.split('.');
  if (header === undefined || claims === undefined || signature === undefined || more.length > 0) {
    throw new TokenInvalid('form.not_three_segments');
  }
  decodeBase64url(signature);
  return {
    token,
    header: parseJsonObject(decodeBase64url(header)),
    claims: parseJsonObject(decodeBase64url(claims)),
  };
}
