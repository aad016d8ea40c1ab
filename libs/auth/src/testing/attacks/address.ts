import { type Attack, bearer, type Family } from './attack.js';
import type { AttackContext } from './attack-context.js';
import { type AttackRequest } from './attack-request.js';
import { type Deviation, signedRequest, vouchedAddress } from './signed-request.js';

/** An address that is kept for documentation (RFC 5737), so that nobody has it. */
const elsewhere = '203.0.113.7';

/** Ranges that the client's address is in. */
const around: Readonly<Record<string, (address: string) => string>> = {
  'its own address': (address) => `${address}/32`,
  'its own address in IPv6 form': (address) => `::ffff:${address}/128`,
  'a range around it': (address) => `${address}/8`,
  'every address of IPv4': () => '0.0.0.0/0',
};

/** Ranges that it is not in, and what is no range. */
const aside: Readonly<Record<string, (address: string) => unknown>> = {
  'another address': () => `${elsewhere}/32`,
  'the address next to it': (address) => `${nextTo(address)}/32`,
  'every address of IPv6': () => '::/0',
  'the address of IPv6 with the same bits': (address) => `::${address}/128`,
  'a range that is too long': (address) => `${address}/33`,
  'a range in IPv6 form that is wider than IPv4': (address) => `::ffff:${address}/95`,
  'an address without a range': (address) => address,
  'an address with a zone': (address) => `::ffff:${address}%1/128`,
  'an address with zeros before it': (address) => `0${address}/32`,
  'two addresses': (address) => `${address}/32,${elsewhere}/32`,
  'no address': () => 'here/32',
  'an empty text': () => '',
  'a list of addresses': (address) => [`${address}/32`],
};

/** Fields in which a client could say that it is somebody else. */
const claimed: readonly (readonly [name: string, value: string])[] = [
  ['X-Forwarded-For', elsewhere],
  ['X-Forwarded-For', `${elsewhere}, 127.0.0.1`],
  ['Forwarded', `for=${elsewhere}`],
  ['X-Real-IP', elsewhere],
  ['True-Client-IP', elsewhere],
  ['CF-Connecting-IP', elsewhere],
  ['X-Client-IP', elsewhere],
  ['Client-Address', elsewhere],
];

/** A token that is bound to an address: from anywhere else it is worth nothing, whatever the request says of where it comes from. */
export const address: Family = {
  name: 'client address',
  attacks: [
    ...Object.entries(around).map(
      ([name, range]): Attack => ({
        name: `a token that is bound to ${name}`,
        expected: 'A',
        attack: (context) => bound(context, range),
      }),
    ),
    {
      name: 'a token that is bound to its own address, where one is demanded',
      expected: 'A',
      attack: (context) => ({ ...bound(context, own), route: context.addressed }),
    },
    {
      name: 'a token that is bound to no address, where one is demanded',
      expected: 'T',
      attack: (context) => ({ ...bearer(context.mint()), route: context.addressed }),
    },
    ...Object.entries(aside).map(
      ([name, range]): Attack => ({
        name: `a token that is bound to ${name}`,
        expected: 'T',
        attack: (context) => bound(context, range),
      }),
    ),
    ...claimed.flatMap(([name, value]): Attack[] => [
      {
        name: `a token that is bound to another address, with ${name}: ${value}`,
        expected: 'T',
        attack: (context) =>
          withField(
            bound(context, () => `${elsewhere}/32`),
            name,
            value,
          ),
      },
      {
        name: `a token that is bound to its own address, with ${name}: ${value}`,
        expected: 'A',
        attack: (context) => withField(bound(context, own), name, value),
      },
    ]),
    {
      name: 'a token that is bound to the address of which a service vouches in its signature',
      expected: 'A',
      attack: (context) => vouchedFor(context, vouchedAddress),
    },
    {
      name: 'a token that is bound to the address of the service, which vouches for another client',
      expected: 'T',
      attack: (context) => vouchedFor(context, context.clientAddress),
    },
    {
      name: 'a token that is bound to another address, with Client-Address and a signature with a bit flipped',
      expected: 'X',
      attack: (context) =>
        vouchedFor(context, vouchedAddress, { seal: (base, sign) => withLastBitFlipped(sign(base)) }),
    },
    {
      name: 'a token that is bound to another address, with Client-Address and the signature of a service that is not believed',
      expected: 'T',
      attack: (context) => {
        const { route, signed, foreignSignatureKey: key } = context;
        const token = context.mint({ claims: { cnf: { client_address: own(vouchedAddress) } } });
        const deviation = { token, key, method: route.method, target: route.path };
        const { headers } = signedRequest(context, 'hmac-sha256', deviation);
        return { headers, ...(signed.body !== undefined && { body: signed.body }) };
      },
    },
  ],
};

/** A request that a service has signed, on behalf of a client that it says is at `vouchedAddress`. */
function vouchedFor(context: AttackContext, address: string, deviation: Deviation = {}): AttackRequest {
  const claims = { cnf: { client_address: own(address) } };
  const token = context.mint({ scopes: context.signed.scopes, claims });
  return signedRequest(context, 'hmac-sha256', { ...deviation, token });
}

function bound(context: AttackContext, range: (address: string) => unknown): AttackRequest {
  return bearer(context.mint({ claims: { cnf: { client_address: range(context.clientAddress) } } }));
}

function withLastBitFlipped(signature: Buffer): Buffer {
  return Buffer.from(signature.map((byte, index) => (index === signature.length - 1 ? byte ^ 1 : byte)));
}

function own(address: string): string {
  return `${address}/32`;
}

function withField(request: AttackRequest, name: string, value: string): AttackRequest {
  return { ...request, headers: [...request.headers, [name, value]] };
}

function nextTo(address: string): string {
  const [last = 0, ...others] = address.split('.').map(Number).toReversed();
  return [last ^ 1, ...others].toReversed().join('.');
}
