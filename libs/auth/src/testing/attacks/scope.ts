import { type Attack, bearer, type Family } from './attack.js';
import { Inapplicable } from './attack-request.js';

const lookalikes: Readonly<Record<string, string>> = { a: 'а', c: 'с', e: 'е', o: 'о', p: 'р' };

/** Scopes that resemble the one that the route needs, and are not it. A scope is a name: nothing is matched but the name. */
const resembling: Readonly<Record<string, (scope: string) => string>> = {
  'a longer name': (scope) => `${scope}.all`,
  'a name without its last letter': (scope) => scope.slice(0, -1),
  capitals: (scope) => scope.replace(/(^|\.)[a-z]/g, (letter) => letter.toUpperCase()),
  'all capitals': (scope) => scope.toUpperCase(),
  'a Cyrillic letter': (scope) => scope.replace(/[aceop]/, (letter) => lookalikes[letter] ?? ''),
  'a zero-width space': (scope) => `${scope}\u200b`,
  'a full-width stop': (scope) => scope.replace(/[.:]|$/, '．'),
  'a combining accent': (scope) => `${scope}\u0301`,
  'a wildcard': () => '*',
  'a wildcard after the prefix': (scope) => scope.replace(/[^.:]+$/, '*'),
  'a prefix': (scope) => scope.replace(/[.:][^.:]+$/, '') || '-',
  'a pattern': () => '.*',
  'a slash after it': (scope) => `${scope}/`,
  'a line break after it': (scope) => `${scope}\n`,
  'an empty name': () => '',
};

/** The scopes in one string, but not separated by spaces (RFC 6749 §3.3). */
const separators: Readonly<Record<string, string>> = {
  'a tab': '\t',
  'a no-break space': '\u00a0',
  'a comma': ',',
  'a newline': '\n',
  'a plus sign': '+',
};

export const scope: Family = {
  name: 'scope',
  attacks: [
    { name: 'no scope at all', expected: 'S', attack: ({ mint }) => bearer(mint({ scopes: [] })) },
    {
      name: 'a scope of something else',
      expected: 'S',
      attack: ({ mint }) => bearer(mint({ scopes: ['other.read'] })),
    },
    ...Object.entries(resembling).map(
      ([name, resemble]): Attack => ({
        name: `${name} instead of the scope`,
        expected: 'S',
        attack: ({ mint, route }) => {
          const [needed = '', ...others] = route.scopes;
          return bearer(mint({ claims: { service_scopes: [resemble(needed), ...others], scope: undefined } }));
        },
      }),
    ),
    ...Object.entries(separators).map(
      ([name, separator]): Attack => ({
        name: `${name} between the scopes`,
        expected: 'S',
        attack: ({ mint, route }) =>
          bearer(
            mint({ claims: { service_scopes: undefined, scope: ['other.read', ...route.scopes].join(separator) } }),
          ),
      }),
    ),
    {
      name: 'all scopes but the last',
      expected: 'S',
      attack: ({ mint, route: { scopes } }) => {
        if (scopes.length < 2) throw new Inapplicable('the route needs one scope only');
        return bearer(mint({ scopes: scopes.slice(0, -1) }));
      },
    },
    {
      name: 'all scopes but the first',
      expected: 'S',
      attack: ({ mint, route: { scopes } }) => {
        if (scopes.length < 2) throw new Inapplicable('the route needs one scope only');
        return bearer(mint({ scopes: scopes.slice(1) }));
      },
    },
    {
      name: 'more scopes than needed, in another order',
      expected: 'A',
      attack: ({ mint, route }) => bearer(mint({ scopes: ['other.read', ...route.scopes.toReversed()] })),
    },
  ],
};
