import { TokenInvalid } from '../refuse/index.js';

const alphabet = /^[A-Za-z0-9_-]+$/;

/** Decodes base64url (RFC 7515 §2) and takes its one canonical spelling only: no padding, no white space, no spare bits. */
export function decodeBase64url(segment: string): Buffer {
  if (!alphabet.test(segment)) throw new TokenInvalid('form.not_base64url');
  const bytes = Buffer.from(segment, 'base64url');
  if (bytes.toString('base64url') !== segment) throw new TokenInvalid('form.not_canonical');
  return bytes;
}
