import { type Attack, bearer, type Family } from './attack.js';
import { anotherSpelling, segmentsOf, withoutSignature } from './token-text.js';

/** A genuine token, spelled otherwise: nothing that it says has changed. */
const respelled: readonly Attack[] = [
  { name: 'one segment', expected: 'T', attack: ({ token }) => bearer(segmentsOf(token)[0]) },
  { name: 'two segments', expected: 'T', attack: ({ token }) => bearer(withoutSignature(token)) },
  { name: 'four segments', expected: 'T', attack: ({ token }) => bearer(`${token}.a`) },
  { name: 'five segments, as a JWE has', expected: 'T', attack: ({ token }) => bearer(`${token}.a.b`) },
  { name: 'an empty header', expected: 'T', attack: ({ token }) => bearer(token.replace(/^[^.]+/, '')) },
  { name: 'empty claims', expected: 'T', attack: ({ token }) => bearer(token.replace(/\.[^.]+\./, '..')) },
  { name: 'an empty signature', expected: 'T', attack: ({ token }) => bearer(`${withoutSignature(token)}.`) },
  { name: 'nothing but dots', expected: 'T', attack: () => bearer('..') },
  {
    name: 'JSON serialization',
    expected: 'R',
    attack: ({ token }) => {
      const [header, payload, signature] = segmentsOf(token);
      return bearer(JSON.stringify({ protected: header, payload, signature }));
    },
  },
  {
    name: 'general JSON serialization',
    expected: 'R',
    attack: ({ token }) => {
      const [header, payload, signature] = segmentsOf(token);
      return bearer(JSON.stringify({ payload, signatures: [{ protected: header, signature }] }));
    },
  },
  { name: 'a space before a dot', expected: 'R', attack: ({ token }) => bearer(token.replace('.', ' .')) },
  { name: 'a space inside the signature', expected: 'R', attack: ({ token }) => bearer(insert(token, ' ')) },
  { name: 'a tab inside the signature', expected: 'R', attack: ({ token }) => bearer(insert(token, '\t')) },
  { name: 'a newline inside the signature', expected: 'P', attack: ({ token }) => bearer(insert(token, '\n')) },
  { name: 'a folded line inside the signature', expected: 'P', attack: ({ token }) => bearer(insert(token, '\r\n ')) },
  { name: 'padding after the signature', expected: 'T', attack: ({ token }) => bearer(`${token}=`) },
  { name: 'full padding after the signature', expected: 'T', attack: ({ token }) => bearer(`${token}==`) },
  { name: 'padding inside the token', expected: 'R', attack: ({ token }) => bearer(token.replace('.', '=.')) },
  { name: 'the alphabet of base64', expected: 'T', attack: ({ token }) => bearer(inBase64(token)) },
  { name: 'spare bits in the signature', expected: 'T', attack: ({ token }) => bearer(anotherSpelling(token)) },
  { name: 'a trailing dot', expected: 'T', attack: ({ token }) => bearer(`${token}.`) },
  { name: 'a leading dot', expected: 'T', attack: ({ token }) => bearer(`.${token}`) },
  { name: 'more than 8 KiB', expected: 'T', attack: ({ token }) => bearer(`${token}${'A'.repeat(8192)}`) },
  { name: 'a percent-encoded dot', expected: 'R', attack: ({ token }) => bearer(token.replace('.', '%2e')) },
  { name: 'quotation marks', expected: 'R', attack: ({ token }) => bearer(`"${token}"`) },
];

/** Signed by the issuer itself, and still not the one form that a conforming issuer writes. */
const signed: readonly Attack[] = [
  {
    name: 'a space inside the header, signed with it',
    expected: 'R',
    attack: ({ respell }) => bearer(respell({ header: (text) => `${text.slice(0, 8)} ${text.slice(8)}` })),
  },
  {
    name: 'a newline inside the claims, signed with it',
    expected: 'P',
    attack: ({ respell }) => bearer(respell({ claims: (text) => `${text.slice(0, 8)}\n${text.slice(8)}` })),
  },
  {
    name: 'padding inside the token, signed with it',
    expected: 'R',
    attack: ({ respell }) => bearer(respell({ header: (text) => `${text}=` })),
  },
  {
    name: 'spare bits in the claims, signed with them',
    expected: 'T',
    attack: ({ rewrite, respell }) => {
      const claims = segmentsOf(rewrite({ claims: unevenly }))[1];
      return bearer(respell({ claims: () => anotherSpelling(claims) }));
    },
  },
  {
    name: 'claims larger than 8 KiB',
    expected: 'T',
    attack: ({ mint }) => bearer(mint({ claims: { a: 'a'.repeat(7000) } })),
  },
  {
    name: 'a byte order mark before the header',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ header: (json) => `\ufeff${json}` })),
  },
  {
    name: 'a byte order mark before the claims',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ claims: (json) => `\ufeff${json}` })),
  },
  {
    name: 'claims that are not UTF-8',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ claims: (json) => withByte(json, 'alice', 0xff) })),
  },
  {
    name: 'claims with an overlong encoding',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ claims: (json) => withByte(json, 'alice', 0xc0, 0xaf) })),
  },
  {
    name: 'claims in UTF-16',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ claims: (json) => Buffer.from(json, 'utf16le') })),
  },
  {
    name: 'a duplicate header member',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ header: (json) => json.replace('{', '{"alg":"none",') })),
  },
  {
    name: 'a duplicate claim',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ claims: (json) => json.replace('{', '{"sub":"bob",') })),
  },
  {
    name: 'a duplicate claim in another spelling',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ claims: (json) => json.replace('{', '{"s\\u0075b":"bob",') })),
  },
  {
    name: 'a duplicate member deep inside',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ claims: (json) => json.replace('{', '{"a":[{"b":1,"b":2}],') })),
  },
  {
    name: 'a __proto__ claim',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ claims: (json) => json.replace('{', '{"__proto__":{"admin":true},') })),
  },
  {
    name: 'a __proto__ header member',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ header: (json) => json.replace('{', '{"__proto__":{"kid":"x"},') })),
  },
  {
    name: 'nesting beyond eight',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ claims: (json) => json.replace('{', `{"a":${nested(8)},`) })),
  },
  {
    name: 'nesting of two thousand',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ claims: (json) => json.replace('{', `{"a":${nested(2000)},`) })),
  },
  ...['[]', 'null', '"text"', '7', 'true', '', '{', '{}{}', '{"sub":"alice",}', "{'sub':'alice'}"].map(
    (json): Attack => ({
      name: `claims that read ${json || 'nothing'}`,
      expected: 'T',
      attack: ({ rewrite }) => bearer(rewrite({ claims: () => json })),
    }),
  ),
  {
    name: 'claims in an array',
    expected: 'T',
    attack: ({ rewrite }) => bearer(rewrite({ claims: (json) => `[${json}]` })),
  },
];

export const form: Family = { name: 'form', attacks: [...respelled, ...signed] };

function insert(token: string, text: string): string {
  return `${token.slice(0, -10)}${text}${token.slice(-10)}`;
}

/** The last segment in the alphabet of plain base64, whether or not that changes it. */
function inBase64(token: string): string {
  const [header, claims, signature] = segmentsOf(token);
  return `${header}.${claims}.${signature.replaceAll('-', '+').replaceAll('_', '/').replace(/^../, '+/')}`;
}

/** Claims whose bytes leave spare bits in the last character of their segment. */
function unevenly(json: string): string {
  return Buffer.byteLength(json) % 3 === 0 ? `${json} ` : json;
}

function withByte(json: string, after: string, ...bytes: number[]): Buffer {
  const at = json.indexOf(after) + after.length;
  return Buffer.concat([Buffer.from(json.slice(0, at)), Buffer.from(bytes), Buffer.from(json.slice(at))]);
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}
