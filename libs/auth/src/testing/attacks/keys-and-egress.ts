import { randomUUID } from 'node:crypto';
import { sealToken } from '../seal-token.js';
import { type Attack, bearer, type Family } from './attack.js';
import type { AttackContext } from './attack-context.js';
import { type ListedKey, unfitKeyNames } from './attack-issuer.js';
import { keyServerFailures } from './broken-issuers.js';
import { segmentsOf } from './token-text.js';

/** A key id is looked up among the issuer's own keys: it is never a path, a query, a command or an address. */
const strangeIds: readonly Attack[] = [
  '../../../../dev/null',
  '/proc/sys/kernel/ostype',
  "' UNION SELECT 'secret' --",
  '; cat /etc/passwd |',
  '$(id)',
  '__proto__',
  'constructor',
  '\u0000',
  'line\r\nbreak \u001b[31m',
  'k'.repeat(129),
  'ключ'.repeat(20),
].map((kid) => ({
  name: `kid ${JSON.stringify(kid.slice(0, 40))}${kid.length > 40 ? ` of ${Buffer.byteLength(kid)} bytes` : ''}`,
  expected: 'T',
  attack: ({ mint }) => bearer(mint({ header: { kid } })),
}));

/** The issuer lists these keys and signs with them; they are never used. */
const unfit: readonly Attack[] = unfitKeyNames.map((name) => ({
  name: `signed with ${name}`,
  expected: 'T',
  attack: (context) => bearer(sealedWith(context.listed.unfit[name], context)),
}));

/** The issuer is trusted and its key is sound, but whether it is its key cannot be known: closed, and told apart from a refusal. */
const unreachable: readonly Attack[] = keyServerFailures.map((failure) => ({
  name: `the key server ${failure}`,
  expected: 'V',
  attack: ({ brokenIssuers, audience, route: { scopes } }) =>
    bearer(brokenIssuers[failure].token({ audience, scopes })),
}));

/** How often the key set had been fetched before the flood. */
let fetches = 0;

export const keysAndEgress: Family = {
  name: 'keys and egress',
  attacks: [
    ...strangeIds,
    {
      name: 'an address as kid',
      expected: 'T',
      attack: ({ mint, trap }) => bearer(mint({ header: { kid: `${trap.url}/jwks.json` } })),
    },
    {
      name: 'the id of a key of another kind',
      expected: 'T',
      attack: ({ mint, listed }) => bearer(mint({ header: { kid: listed.rsa.kid } })),
    },
    ...unfit,
    ...unreachable,
    {
      name: 'an RSA key for RS256',
      expected: 'A',
      attack: (context) => bearer(sealedWith(context.listed.rsa, context)),
    },
    {
      name: 'an RSA key for PS256',
      expected: 'A',
      attack: (context) => bearer(sealedWith(context.listed.pss, context)),
    },
    {
      name: 'two hundred random key ids, for one fetch of the key set',
      expected: 'T',
      attack: ({ mint, issuer }) => {
        fetches = issuer.keySetFetches;
        return Array.from({ length: 200 }, () => bearer(mint({ header: { kid: randomUUID() } })));
      },
      afterwards: ({ issuer }) => {
        const more = issuer.keySetFetches - fetches;
        return more > 1 ? `the key set was fetched ${more} times` : undefined;
      },
    },
  ],
};

function sealedWith({ kid, signer }: ListedKey, { mint }: AttackContext): string {
  const [header, claims] = segmentsOf(mint({ header: { kid, alg: signer.algorithm } }));
  return sealToken(header, claims, signer);
}
