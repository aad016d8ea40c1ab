import type { Attack, Family } from './attack.js';
import type { AttackContext } from './attack-context.js';
import { type AttackRequest } from './attack-request.js';
import { type Deviation, signedRequest } from './signed-request.js';
import { now } from './token-text.js';

/** What the service signed is not what is sent: each part in turn. */
const elsewhere: Readonly<Record<string, (context: AttackContext) => Deviation>> = {
  'another method': () => ({ method: 'PUT' }),
  'another host': () => ({ authority: 'payment.example' }),
  'another port': ({ host }) => ({ authority: `${host.replace(/:\d+$/, '')}:1` }),
  'another path': () => ({ target: '/elsewhere' }),
  'a path in capitals': ({ signed }) => ({ target: signed.path.toUpperCase() }),
  'a query': ({ signed }) => ({ target: `${signed.path}?dry=1` }),
  'another token': ({ signed, mint }) => ({ fields: { authorization: `Bearer ${mint({ scopes: signed.scopes })}` } }),
  'another content type': () => ({ fields: { 'content-type': 'text/plain' } }),
  'another idempotency key': () => ({ fields: { 'idempotency-key': 'other' } }),
  'another time limit': () => ({ fields: { 'request-timeout-ms': '5001' } }),
  'a time limit that is not there': () => ({ untimed: true, fields: { 'request-timeout-ms': '5000' } }),
};

/** The key, the time or the nonce is not one that is taken, though the signature itself holds. */
const unacceptable: Readonly<Record<string, (context: AttackContext) => Deviation>> = {
  'another secret under the same key id': ({ signed }) => ({ key: { ...signed.key, secret: `${signed.key.secret}!` } }),
  'an unknown key id': ({ signed }) => ({ key: { ...signed.key, id: 'retired' } }),
  'the key id of an unknown service': ({ signed }) => ({ key: { ...signed.key, caller: 'unknown' } }),
  'a time 62 s ago': () => ({ parameters: { created: now() - 62 } }),
  'a time 15 s ahead': () => ({ parameters: { created: now() + 15 } }),
  'a time in milliseconds': () => ({ parameters: { created: now() * 1000 } }),
  'a time below 0': () => ({ parameters: { created: -1 } }),
  'a nonce that is too short': () => ({ parameters: { nonce: 'short' } }),
  'a nonce that is too long': () => ({ parameters: { nonce: 'n'.repeat(129) } }),
  'another algorithm': () => ({ parameters: { alg: 'hmac-sha1' } }),
};

/** Fields that somebody changes on the way. */
const changed: Readonly<Record<string, (fields: Fields) => Fields>> = {
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

/** A request that a service must have signed (RFC 9421): what its signature does not cover could be forged. */
export const requestSignature: Family = {
  name: 'request signature',
  attacks: [
    { name: 'signed by an allowed service', expected: 'A', attack: (context) => signedRequest(context) },
    {
      name: 'signed by an allowed service, without a time limit',
      expected: 'A',
      attack: (context) => signedRequest(context, { untimed: true }),
    },
    ...deviating('signed for', elsewhere),
    ...deviating('signed with', unacceptable),
    ...Object.entries(changed).map(
      ([name, change]): Attack => ({
        name: `on the way: ${name}`,
        expected: 'X',
        attack: (context) => withFields(signedRequest(context), change),
      }),
    ),
    ...['content-digest', 'signature', 'signature-input', 'idempotency-key', 'content-type', 'request-timeout-ms'].map(
      (field): Attack => ({
        name: `on the way: ${field} twice`,
        expected: 'X',
        attack: (context) => repeating(signedRequest(context), field),
      }),
    ),
    {
      name: 'on the way: authorization twice',
      expected: 'R',
      attack: (context) => repeating(signedRequest(context), 'authorization'),
    },
    {
      name: 'on the way: a query added',
      expected: 'X',
      attack: (context) => ({ ...signedRequest(context), target: `${context.signed.path}?a=1` }),
    },
    {
      name: 'on the way: a time limit added',
      expected: 'X',
      attack: (context) =>
        withFields(signedRequest(context, { untimed: true }), (fields) => ({ ...fields, 'request-timeout-ms': '1' })),
    },
    {
      name: 'on the way: another body',
      expected: 'X',
      attack: (context) => ({ ...signedRequest(context), body: `${context.signed.body ?? ''} ` }),
    },
    {
      name: 'on the way: another token',
      expected: 'X',
      attack: (context) => {
        const token = context.mint({ subject: 'bob', scopes: context.signed.scopes });
        return withFields(
          signedRequest(context),
          replace('authorization', () => `Bearer ${token}`),
        );
      },
    },
    {
      name: 'the same signature a second time',
      expected: 'X',
      attack: async (context) => {
        const request = signedRequest(context);
        await context.send(request);
        return request;
      },
    },
    {
      name: 'the same signature 64 times at once: one passes',
      expected: 'X',
      onePasses: true,
      attack: (context) => Array<AttackRequest>(64).fill(signedRequest(context)),
    },
  ],
};

type Fields = Readonly<Record<string, string>>;

function deviating(
  prefix: string,
  deviations: Readonly<Record<string, (context: AttackContext) => Deviation>>,
): Attack[] {
  return Object.entries(deviations).map(([name, deviation]) => ({
    name: `${prefix} ${name}`,
    expected: 'X',
    attack: (context) => signedRequest(context, deviation(context)),
  }));
}

function without(name: string): (fields: Fields) => Fields {
  return ({ [name]: _, ...rest }) => rest;
}

function replace(name: string, change: (text: string) => string): (fields: Fields) => Fields {
  return (fields) => ({ ...fields, [name]: change(fields[name] ?? '') });
}

function withFields(request: AttackRequest, change: (fields: Fields) => Fields): AttackRequest {
  return { ...request, headers: Object.entries(change(Object.fromEntries(request.headers))) };
}

function repeating(request: AttackRequest, field: string): AttackRequest {
  return { ...request, headers: [...request.headers, ...request.headers.filter(([name]) => name === field)] };
}
