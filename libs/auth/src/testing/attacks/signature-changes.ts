import { type AttackRequest } from './attack-request.js';
import { now } from './token-text.js';

/** Header fields of a request by name. */
export type Fields = Readonly<Record<string, string>>;

/** Fields that somebody changes on the way. */
export const changed: Readonly<Record<string, (fields: Fields) => Fields>> = {
  'no Signature': without('signature'),
  'no Signature-Input': without('signature-input'),
  'no Content-Digest': without('content-digest'),
  'no idempotency key': without('idempotency-key'),
  'an empty idempotency key': replace('idempotency-key', () => ''),
  'another idempotency key': replace('idempotency-key', () => 'other'),
  'no time limit': without('request-timeout-ms'),
  'an empty time limit': replace('request-timeout-ms', () => ''),
  'a longer time limit': replace('request-timeout-ms', () => '999999'),
  'a time limit that has passed': replace('request-timeout-ms', () => '0'),
  'no client address': without('client-address'),
  'an empty client address': replace('client-address', () => ''),
  'another client address': replace('client-address', () => '192.0.2.8'),
  'the digest of another body': replace('content-digest', () => `sha-256=:${'A'.repeat(43)}=:`),
  'a signature of another length': replace('signature', () => 'waybill=:AAAA:'),
  'a signature of no length': replace('signature', () => 'waybill=::'),
  'a signature that is no byte sequence': replace('signature', () => 'waybill=AAAA'),
  'a signature under another label': replace('signature', (text) => text.replace('waybill', 'other')),
  'a second signature': replace('signature', (text) => `${text}, other=:AAAA:`),
  'a second signature input': replace('signature-input', (text) => `${text}, other=("@method")`),
  'a signature input that is cut': replace('signature-input', () => 'waybill=('),
  'the method not covered': replace('signature-input', (text) => text.replace('"@method" ', '')),
  'the body not covered': replace('signature-input', (text) => text.replace(' "content-digest"', '')),
  'the token not covered': replace('signature-input', (text) => text.replace(' "authorization"', '')),
  'the time limit not covered': replace('signature-input', (text) => text.replace(' "request-timeout-ms"', '')),
  'the path covered twice': replace('signature-input', (text) => text.replace('"@path"', '"@path" "@path"')),
  'components in another order': replace('signature-input', (text) =>
    text.replace('"@method" "@authority"', '"@authority" "@method"'),
  ),
  'a component with a parameter': replace('signature-input', (text) => text.replace('"@method"', '"@method";req')),
  'another time': replace('signature-input', (text) => text.replace(/created=\d+/, `created=${now() + 1}`)),
  'another nonce': replace('signature-input', (text) => text.replace(/nonce="[^"]*/, `nonce="${'n'.repeat(22)}`)),
  'no time': replace('signature-input', (text) => text.replace(/;created=\d+/, '')),
  'no nonce': replace('signature-input', (text) => text.replace(/;nonce="[^"]*"/, '')),
  'no key id': replace('signature-input', (text) => text.replace(/;keyid="[^"]*"/, '')),
  'the algorithm removed': replace('signature-input', (text) => text.replace(/;alg="[^"]*"/, '')),
};

/** Fields that somebody repeats on the way. */
export const repeatable = [
  'content-digest',
  'signature',
  'signature-input',
  'idempotency-key',
  'content-type',
  'request-timeout-ms',
  'client-address',
];

/** Drops a field. */
export function without(name: string): (fields: Fields) => Fields {
  return ({ [name]: _, ...rest }) => rest;
}

/** Changes the value of a field. */
export function replace(name: string, change: (text: string) => string): (fields: Fields) => Fields {
  return (fields) => ({ ...fields, [name]: change(fields[name] ?? '') });
}

/** Changes the fields of a request. */
export function withFields(request: AttackRequest, change: (fields: Fields) => Fields): AttackRequest {
  return { ...request, headers: Object.entries(change(Object.fromEntries(request.headers))) };
}

/** Sends a field twice. */
export function repeating(request: AttackRequest, field: string): AttackRequest {
  return { ...request, headers: [...request.headers, ...request.headers.filter(([name]) => name === field)] };
}
