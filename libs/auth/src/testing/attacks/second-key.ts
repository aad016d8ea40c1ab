import { createSecondKey, type SecondKey } from '../../proof/index.js';
import { type Attack, bearer, type Family } from './attack.js';
import type { AttackContext } from './attack-context.js';
import { type AttackRequest, type GuardedRoute } from './attack-request.js';

/** What a thief of the token sends in place of the key that goes with it. */
const otherKeys: Readonly<Record<string, (own: SecondKey) => readonly string[]>> = {
  'no key': () => [],
  'an empty key': () => [''],
  'a key that goes with another token': () => [createSecondKey().key],
  'the hash that the token tells': ({ hash }) => [hash],
  'the hash after the prefix of keys': ({ hash }) => [`wsk_${hash}`],
  'the key cut short': ({ key }) => [key.slice(0, -1)],
  'the key without its prefix': ({ key }) => [key.slice('wsk_'.length)],
  'the key in capitals': ({ key }) => [key.toUpperCase()],
  'the key after a scheme': ({ key }) => [`Bearer ${key}`],
  'the key in quotes': ({ key }) => [`"${key}"`],
  'the key twice in one field': ({ key }) => [`${key}, ${key}`],
  'the key in two fields': ({ key }) => [key, key],
  'the key, and another one in a second field': ({ key }) => [key, createSecondKey().key],
  'another key, and the key in a second field': ({ key }) => [createSecondKey().key, key],
  'a key of 4,000 bytes': () => ['x'.repeat(4000)],
};

/** Where a key does not count. */
const otherPlaces: Readonly<Record<string, (key: string) => (request: AttackRequest) => AttackRequest>> = {
  'in a cookie': (key) => withField('Cookie', `Second-Key=${key}`),
  'in X-Api-Key': (key) => withField('X-Api-Key', key),
  'under the name with an underscore': (key) => withField('Second_Key', key),
};

/** What of `cnf` says no hash of a key. */
const noHashes: Readonly<Record<string, (hash: string) => unknown>> = {
  'an empty hash': () => ({ 'second_key#S256': '' }),
  'a hash that is cut': (hash) => ({ 'second_key#S256': hash.slice(0, -1) }),
  'a padded hash': (hash) => ({ 'second_key#S256': `${hash}=` }),
  'a hash with bits left over': (hash) => ({ 'second_key#S256': `${hash.slice(0, -1)}B` }),
  'a list of hashes': (hash) => ({ 'second_key#S256': [hash] }),
  'a number': () => ({ 'second_key#S256': 1 }),
  'another kind of hash': (hash) => ({ 'second_key#S512': hash }),
  'the hash beside something unknown': (hash) => ({ 'second_key#S256': hash, other: hash }),
};

/** A token that is bound to a second key: who holds the token alone holds nothing. */
export const secondKey: Family = {
  name: 'second key',
  attacks: [
    control('the token with its key', ({ route }) => route),
    control('the token with its key, where one is demanded', ({ secondKeyed }) => secondKeyed),
    ...Object.entries(otherKeys).map(
      ([name, keys]): Attack => ({
        name: `the token with ${name}`,
        expected: 'K',
        attack: (context) => {
          const own = createSecondKey();
          return withKeys(bound(context, own), keys(own));
        },
      }),
    ),
    ...Object.entries(otherPlaces).map(
      ([name, place]): Attack => ({
        name: `the key ${name}`,
        expected: 'K',
        attack: (context) => {
          const own = createSecondKey();
          return place(own.key)(bound(context, own));
        },
      }),
    ),
    {
      name: "another subject's token with one's own key",
      expected: 'K',
      attack: (context) => {
        const [own, foreign] = [createSecondKey(), createSecondKey()];
        return withKeys(bound(context, foreign, context.route, 'bob'), [own.key]);
      },
    },
    {
      name: 'the key in place of the token',
      expected: 'T',
      attack: () => bearer(createSecondKey().key),
    },
    {
      name: 'the key with its token, which has expired',
      expected: 'T',
      attack: (context) => {
        const own = createSecondKey();
        return withKeys(bearer(context.mint({ expiresIn: -60, claims: confirmed(own) })), [own.key]);
      },
    },
    ...['without a key', 'with some key'].map(
      (name): Attack => ({
        name: `a token that is bound to no key, ${name}, where one is demanded`,
        expected: 'K',
        attack: (context) => {
          const { secondKeyed: route } = context;
          const request = { ...bearer(context.mint({ scopes: route.scopes })), route };
          return name === 'without a key' ? request : withKeys(request, [createSecondKey().key]);
        },
      }),
    ),
    ...Object.entries(noHashes).map(
      ([name, cnf]): Attack => ({
        name: `a token that is bound to ${name}`,
        expected: 'T',
        attack: (context) => {
          const { key, hash } = createSecondKey();
          return withKeys(bearer(context.mint({ claims: { cnf: cnf(hash) } })), [key]);
        },
      }),
    ),
  ],
};

function control(name: string, routeOf: (context: AttackContext) => GuardedRoute): Attack {
  return {
    name,
    expected: 'A',
    attack: (context) => {
      const own = createSecondKey();
      return withKeys(bound(context, own, routeOf(context)), [own.key]);
    },
  };
}

/** A request with a token that is bound to this key, and without the key. */
function bound(context: AttackContext, key: SecondKey, route = context.route, subject = 'alice'): AttackRequest {
  return { ...bearer(context.mint({ subject, scopes: route.scopes, claims: confirmed(key) })), route };
}

function confirmed({ hash }: SecondKey): Record<string, unknown> {
  return { cnf: { 'second_key#S256': hash } };
}

function withKeys(request: AttackRequest, keys: readonly string[]): AttackRequest {
  return { ...request, headers: [...request.headers, ...keys.map((key) => ['Second-Key', key] as const)] };
}

function withField(name: string, value: string): (request: AttackRequest) => AttackRequest {
  return (request) => ({ ...request, headers: [...request.headers, [name, value]] });
}
