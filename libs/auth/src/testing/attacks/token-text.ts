import { Inapplicable } from './attack-request.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Header, claims and signature as they are spelled. */
export function segmentsOf(token: string): [header: string, claims: string, signature: string] {
  const [header = '', claims = '', signature = ''] = token.split('.');
  return [header, claims, signature];
}

/** What is signed. */
export function withoutSignature(token: string): string {
  const [header, claims] = segmentsOf(token);
  return `${header}.${claims}`;
}

/** The text with its last character replaced by one that differs in the spare bits alone (RFC 4648 §3.5). */
export function anotherSpelling(text: string): string {
  const last = text.slice(text.lastIndexOf('.') + 1);
  if (last.length % 4 === 0) throw new Inapplicable('the last segment leaves no spare bits');
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) ?? '') ^ 1];
}

/** The token with one bit of one byte of a segment flipped, in canonical spelling. */
export function withBitFlipped(token: string, index: 0 | 1 | 2, at: number): string {
  const segments = segmentsOf(token);
  const bytes = Buffer.from(segments[index], 'base64url');
  const place = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  segments[index] = bytes.toString('base64url');
  return segments.join('.');
}

/** The present, in whole seconds since the epoch. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}
