import { createDpopKey, createDpopProof, type DpopKey, dpopAlgorithms } from '../../proof/index.js';
import type { Attack, Expected, Family } from './attack.js';
import type { AttackContext } from './attack-context.js';
import { type AttackRequest, Inapplicable } from './attack-request.js';
import { boundKey, claims, type Fitting, fields, header } from './bad-proofs.js';
import { boundToken, type ProofDeviation, provenRequest } from './proven-request.js';

/** Proofs that are another's, or were used. */
const used: readonly Attack[] = [
  deviating('D', "a proof of another key than the token's", (context) => ({
    token: boundToken(context, context.dpop, createDpopKey()),
  })),
  deviating('D', 'signed by another key than the one in it', () => ({
    signer: { algorithm: 'ES256', key: createDpopKey().privateKey },
  })),
  { name: 'a proof used a second time', expected: 'D', attack: (context) => again(context, provenRequest(context)) },
  {
    name: 'a second proof with the same jti',
    expected: 'D',
    attack: async (context) => {
      const deviation = { claims: { jti: 'the same' } };
      const other = createDpopKey();
      await context.send(provenRequest(context, deviation, other));
      return provenRequest(context, deviation, other);
    },
  },
  {
    name: 'a proof used 64 times at once: one passes',
    expected: 'D',
    onePasses: true,
    attack: (context) => Array<AttackRequest>(64).fill(provenRequest(context)),
  },
  {
    name: "the jti of somebody else's proof",
    expected: 'A',
    attack: async (context) => {
      const deviation = { claims: { jti: 'somebody uses it' } };
      await context.send(provenRequest(context, deviation));
      return provenRequest(context, deviation);
    },
  },
  {
    name: 'a proof that was refused on another route before',
    expected: 'A',
    attack: async (context) => {
      const good = provenRequest(context);
      await context.send({ ...good, route: context.route });
      return good;
    },
  },
  {
    name: 'a proof that came with a bad scheme before',
    expected: 'A',
    attack: async (context) => {
      const good = provenRequest(context);
      const [[, credentials] = ['', ''], ...rest] = good.headers;
      await context.send({ ...good, headers: [['Authorization', credentials.replace('DPoP', 'Bearer')], ...rest] });
      return good;
    },
  },
];

/** What a client or a proxy says of the service's name: it must not count. */
const named: readonly Attack[] = [
  deviating('D', 'htu by the Host field alone', ({ dpop: { path, publicUrl }, origin }) => {
    if (publicUrl === undefined || publicUrl === origin) throw new Inapplicable('it is called by its own address');
    return { claims: { htu: origin + path } };
  }),
  ...[
    ['X-Forwarded-Host', 'forged.example'],
    ['Forwarded', 'host=forged.example;proto=https'],
  ].map(
    ([name = '', value = '']): Attack => ({
      name: `htu by a ${name} field`,
      expected: 'D',
      attack: (context) => {
        const htu = `https://forged.example${context.dpop.path}`;
        const { headers, ...request } = provenRequest(context, { claims: { htu } });
        return { ...request, headers: [...headers, [name, value], ['X-Forwarded-Proto', 'https']] };
      },
    }),
  ),
];

/** The binding, and the scheme that goes with it: a stolen token must not work as a plain Bearer. */
const binding: readonly Attack[] = [
  deviating('T', 'a bound token as Bearer', () => ({ scheme: 'Bearer', fields: () => [] })),
  deviating('T', 'a bound token as Bearer, with a proof', () => ({ scheme: 'Bearer' })),
  deviating('T', 'a bound token as Bearer, where no proof is demanded', ({ route }) => ({
    route,
    scheme: 'Bearer',
    fields: () => [],
  })),
  deviating('D', 'a bound token without a proof, where none is demanded', ({ route }) => ({ route, fields: () => [] })),
  deviating('U', 'a token that is not bound, as Bearer', ({ dpop, mint }) => ({
    token: mint({ scopes: dpop.scopes }),
    scheme: 'Bearer',
    fields: () => [],
  })),
  deviating('U', 'a token that is not bound, as DPoP with a proof', ({ dpop, mint }) => ({
    token: mint({ scopes: dpop.scopes }),
  })),
  deviating('U', 'a token that is not bound, as DPoP, where no proof is demanded', ({ route, mint }) => ({
    route,
    token: mint(),
  })),
  deviating('U', 'a token that has expired, as DPoP', (context) => ({
    token: context.mint({ expiresIn: -60, claims: { cnf: { jkt: boundKey.thumbprint } } }),
  })),
  { name: 'no credentials', expected: 'N', attack: ({ dpop }) => ({ route: dpop, headers: [] }) },
  {
    name: 'two Authorization fields, one of each scheme',
    expected: 'R',
    attack: (context) => {
      const { headers, ...request } = provenRequest(context);
      return { ...request, headers: [...headers, ['Authorization', `Bearer ${context.token}`]] };
    },
  },
];

/** A control: what refuses everything would withstand every attack. */
const good: readonly Attack[] = [
  deviating('A', 'a good proof', () => ({})),
  deviating('A', 'a good proof, where none is demanded', ({ route }) => ({ route })),
  deviating('A', 'the scheme in lower case', () => ({ scheme: 'dpop' })),
  deviating('A', 'typ as a full media type', () => ({ header: { typ: 'application/dpop+jwt' } })),
  deviating('A', 'htu with a query and a fragment', (context) => ({
    claims: { htu: `${fittingOf(context, '').htu}?page=1#top` },
  })),
  deviating('A', 'htu with the host in capitals', (context) => ({
    claims: { htu: fittingOf(context, '').htu.replace(/^[^/]+\/\/[^/]+/, (origin) => origin.toUpperCase()) },
  })),
  {
    name: 'a query',
    expected: 'A',
    attack: (context) => ({ ...provenRequest(context), target: `${context.dpop.path}?a=1` }),
  },
  ...dpopAlgorithms.map(
    (algorithm): Attack => ({
      name: `a proof signed with ${algorithm}`,
      expected: 'A',
      attack: (context) => proven(context, createDpopKey(algorithm)),
    }),
  ),
];

/** A token that is bound to a key (DPoP, RFC 9449): without the key it is worth nothing. */
export const dpop: Family = {
  name: 'dpop',
  attacks: [
    ...good,
    ...binding,
    ...Object.entries(fields).map(([name, sent]) => deviating('D', name, () => ({ fields: sent }))),
    ...Object.entries(header).map(([name, deviation]) => deviating('D', name, () => deviation)),
    ...Object.entries(claims).map(([name, change]) =>
      deviating('D', name, (context) => {
        const token = boundToken(context, context.dpop, boundKey);
        return { token, claims: change(fittingOf(context, token)) };
      }),
    ),
    ...named,
    ...used,
  ],
};

function deviating(expected: Expected, name: string, deviate: (context: AttackContext) => ProofDeviation): Attack {
  return { name, expected, attack: (context) => provenRequest(context, deviate(context), boundKey) };
}

function fittingOf({ dpop: { method, path, publicUrl }, origin, mint }: AttackContext, token: string): Fitting {
  return { method, htu: (publicUrl ?? origin) + path, token, mint: () => mint() };
}

/** As a client of ours makes it. */
function proven(context: AttackContext, own: DpopKey): AttackRequest {
  const { dpop: route } = context;
  const accessToken = boundToken(context, route, own);
  const { method, htu: url } = fittingOf(context, accessToken);
  const proof = createDpopProof({ key: own, method, url, accessToken });
  return {
    route,
    headers: [
      ['Authorization', `DPoP ${accessToken}`],
      ['DPoP', proof],
    ],
  };
}

async function again(context: AttackContext, request: AttackRequest): Promise<AttackRequest> {
  await context.send(request);
  return request;
}
