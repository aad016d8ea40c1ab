import { randomUUID } from 'node:crypto';
import { keyId } from '../../proof/signature/signature-key.js';
import { contentDigest } from '../../proof/signature/signed-message.js';
import { type Attack, bearer, type Family } from './attack.js';
import type { AttackContext } from './attack-context.js';
import { type AttackRequest } from './attack-request.js';
import { changed, repeatable, repeating, replace, withFields, without } from './signature-changes.js';
import { coverage, type Deviating, elsewhere, unacceptableTo } from './signature-deviations.js';
import { type Deviation, type SignatureAlgorithm, signatureAlgorithms, signedRequest } from './signed-request.js';

/** A request that a service must have signed (RFC 9421): what its signature does not cover could be forged. */
export const requestSignatures: readonly Family[] = signatureAlgorithms.map((algorithm) => ({
  name: `request signature, ${algorithm}`,
  attacks: attacksOn(algorithm),
}));

function attacksOn(algorithm: SignatureAlgorithm): readonly Attack[] {
  const signed = (context: AttackContext, deviation?: Deviation) => signedRequest(context, algorithm, deviation);
  const deviating = (prefix: string, deviations: Readonly<Record<string, Deviating>>): Attack[] =>
    Object.entries(deviations).map(([name, deviation]) => ({
      name: `${prefix} ${name}`,
      expected: 'X',
      attack: (context) => signed(context, deviation(context, algorithm)),
    }));
  return [
    { name: 'signed by an allowed service', expected: 'A', attack: (context) => signed(context) },
    {
      name: 'signed by an allowed service, without a time limit',
      expected: 'A',
      attack: (context) => signed(context, { untimed: true }),
    },
    {
      name: 'signed by an allowed service, without saying the algorithm',
      expected: 'A',
      attack: (context) => signed(context, { parameters: { alg: undefined } }),
    },
    ...deviating('signed for', elsewhere),
    ...deviating('signed', coverage),
    ...deviating('signed with', unacceptableTo(algorithm)),
    ...Object.entries(changed).map(
      ([name, change]): Attack => ({
        name: `on the way: ${name}`,
        expected: 'X',
        attack: (context) => withFields(signed(context), change),
      }),
    ),
    ...repeatable.map(
      (field): Attack => ({
        name: `on the way: ${field} twice`,
        expected: 'X',
        attack: (context) => repeating(signed(context), field),
      }),
    ),
    {
      name: 'on the way: authorization twice',
      expected: 'R',
      attack: (context) => repeating(signed(context), 'authorization'),
    },
    {
      name: 'on the way: a query added',
      expected: 'X',
      attack: (context) => ({ ...signed(context), target: `${context.signed.path}?a=1` }),
    },
    {
      name: 'on the way: a query of nothing added',
      expected: 'A', // RFC 9421 §2.2.7: no query and an empty one are the same
      attack: (context) => ({ ...signed(context), target: `${context.signed.path}?` }),
    },
    {
      name: 'on the way: a time limit added',
      expected: 'X',
      attack: (context) =>
        withFields(signed(context, { untimed: true }), (fields) => ({ ...fields, 'request-timeout-ms': '1' })),
    },
    {
      name: 'on the way: another body',
      expected: 'X',
      attack: (context) => ({ ...signed(context), body: `${context.signed.body ?? ''} ` }),
    },
    {
      name: 'on the way: a body added to none',
      expected: 'X',
      attack: (context) => ({
        ...signed(context, { bodiless: true }),
        route: context.signed,
      }),
    },
    {
      name: 'on the way: neither body nor digest',
      expected: 'X',
      attack: (context) => withFields(signed(context, { bodiless: true }), without('content-digest')),
    },
    {
      name: 'on the way: the digest of a body, and none',
      expected: 'X',
      attack: (context) =>
        withFields(
          signed(context, { bodiless: true }),
          replace('content-digest', () => contentDigest(Buffer.from(context.signed.body ?? ' '))),
        ),
    },
    {
      name: 'on the way: another token',
      expected: 'X',
      attack: (context) => {
        const token = context.mint({ subject: 'bob', scopes: context.signed.scopes });
        return withFields(
          signed(context),
          replace('authorization', () => `Bearer ${token}`),
        );
      },
    },
    {
      name: 'the same signature a second time',
      expected: 'X',
      attack: async (context) => {
        const request = signed(context);
        await context.send(request);
        return request;
      },
    },
    {
      name: 'another signature with the same nonce',
      expected: 'X',
      attack: async (context) => {
        const parameters = { nonce: randomUUID() };
        await context.send(signed(context, { parameters }));
        return signed(context, { parameters });
      },
    },
    {
      name: 'the same signature 64 times at once: one passes',
      expected: 'X',
      onePasses: true,
      attack: (context) => Array<AttackRequest>(64).fill(signed(context)),
    },
    {
      name: 'with a token bound to the signing key',
      expected: 'A',
      attack: (context) => signed(context, { token: context.tokenBoundTo(keyId(context.signatureKey(algorithm))) }),
    },
    {
      name: 'with a token bound to another key of the service',
      expected: 'T',
      attack: (context) => {
        const { caller } = context.signatureKey(algorithm);
        return signed(context, { token: context.tokenBoundTo(`${caller}/other`) });
      },
    },
    {
      name: 'with a token bound to a key of another service',
      expected: 'T',
      attack: (context) => signed(context, { token: context.tokenBoundTo('unknown/k1') }),
    },
    {
      name: 'no signature, with a token bound to a signing key',
      expected: 'X',
      attack: (context) => {
        const kid = keyId(context.signatureKey(algorithm));
        return bearer(context.mint({ claims: { cnf: { kid } } }));
      },
    },
  ];
}
