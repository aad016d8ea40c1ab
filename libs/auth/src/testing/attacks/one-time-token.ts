import type { Attack, Family } from './attack.js';
import { bearer } from './attack.js';
import type { AttackContext } from './attack-context.js';
import type { AttackRequest } from './attack-request.js';

/** What differs when the token is sent again, after a request with the idempotency key `first`. */
const otherwise: Readonly<Record<string, (request: AttackRequest, context: AttackContext) => AttackRequest>> = {
  'without the idempotency key': ({ headers, ...request }) => ({ ...request, headers: headers.slice(0, 1) }),
  'with another idempotency key': (request) => keyed({ ...request, headers: request.headers.slice(0, 1) }, 'second'),
  'with a second idempotency key': (request) => keyed(request, 'first'),
  'with a query': (request, { once }) => ({ ...request, target: `${once.path}?a=1` }),
  'with another body': (request, { once }) => ({ ...request, body: `${once.body ?? '{}'} ` }),
};

/** A token that a route takes a single time: what was used, by whomever, is worth nothing any more. */
export const oneTimeToken: Family = {
  name: 'one-time token',
  attacks: [
    { name: 'used for the first time', expected: 'A', attack: (context) => unused(context) },
    { name: 'used a second time', expected: 'T', attack: (context) => again(context, unused(context)) },
    {
      name: 'used 64 times at once: one passes',
      expected: 'T',
      onePasses: true,
      attack: (context) => Array<AttackRequest>(64).fill(unused(context)),
    },
    {
      name: 'the same request again, with the same idempotency key',
      expected: 'A',
      attack: (context) => again(context, keyed(unused(context), 'first')),
    },
    ...Object.entries(otherwise).map(
      ([name, change]): Attack => ({
        name: `used again ${name}`,
        expected: 'T',
        attack: async (context) => change(await again(context, keyed(unused(context), 'first')), context),
      }),
    ),
  ],
};

/** A request with a token that nobody has used yet. */
function unused(context: AttackContext): AttackRequest {
  const { once } = context;
  return { ...bearer(context.mint({ scopes: once.scopes })), route: once };
}

async function again(context: AttackContext, request: AttackRequest): Promise<AttackRequest> {
  await context.send(request);
  return request;
}

function keyed(request: AttackRequest, key: string): AttackRequest {
  return { ...request, headers: [...request.headers, ['Idempotency-Key', key]] };
}
