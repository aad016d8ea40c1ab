import fc from 'fast-check';
import { audience, issuer, legacyIssuer } from './issuer.js';
import { anything, member, values } from './odd-values.js';
import type { MemberEdit } from './specimen.js';

const instants = fc.record(
  {
    fromNow: fc.oneof(
      fc.constantFrom(-900, -301, -300, -100, -12, -11, -10, -9, 0, 1, 9, 10, 11, 12, 300, 600, 890, 900, 901, 910),
      fc.integer({ min: -1000, max: 1000 }),
    ),
    as: fc.constantFrom('text', 'milliseconds', 'fraction', 'list'),
  },
  { requiredKeys: ['fromNow'] },
);
const wholeInstants = instants.map(({ fromNow }) => ({ fromNow }));
const times = fc.oneof({ weight: 6, arbitrary: wholeInstants }, { weight: 2, arbitrary: instants }, anything);

const otherIssuers = values(
  issuer,
  legacyIssuer,
  `${issuer}/`,
  ` ${issuer}`,
  issuer.toUpperCase(),
  issuer.replace('s:', ':'),
  [issuer],
);

const oddTexts = fc.oneof(
  fc.constantFrom('\ud800', 'a\udfff', 'a\0', 'a\nb', '\x7f', '\x85', '\xa0', '\u2028', '\ufeff', '😀'),
  fc.integer({ min: 250, max: 260 }).map((length) => 't'.repeat(length)),
);

const otherAudiences = [
  'payment.service',
  'Order.Service',
  'order',
  'order.service/',
  ' order.service',
  'order.servicе',
];
const audiences = fc.oneof(
  fc.constantFrom<unknown>(audience, [audience], [audience, audience], ...otherAudiences, { [audience]: true }),
  fc.array(fc.oneof(fc.constantFrom<unknown>(audience, ...otherAudiences, '', 0, null, [audience]), oddTexts), {
    maxLength: 3,
  }),
  anything,
);
const scopeNames = [
  'order.read',
  'order.write',
  'payment.create',
  'order.write.all',
  'order.writ',
  'Order.Write',
  'оrder.write',
  'order.\u200bwrite',
  'order\uff0ewrite',
  'order.read\torder.write',
  'order.read\u00a0order.write',
  'order.read order.write',
  '*',
];
const listedScopes = fc.array(fc.constantFrom(...scopeNames), { maxLength: 4 });
const oddScopes = fc.oneof(
  fc.array(fc.oneof(fc.constantFrom(...scopeNames), anything), { maxLength: 3 }),
  fc.string(),
  anything,
);

/** Both forms of the scopes, alike; some with repeated separators, which say the same. */
export const scopes: fc.Arbitrary<MemberEdit[]> = fc
  .tuple(
    fc.oneof(
      fc.array(fc.constantFrom(...scopeNames.filter((name) => !name.includes(' '))), { maxLength: 4 }),
      fc.shuffledSubarray(['order.read', 'order.write', 'payment.create'], { minLength: 1 }),
    ),
    fc.constantFrom(' ', '  '),
  )
  .chain(([names, separator]) =>
    fc.shuffledSubarray<MemberEdit>(
      [
        ['service_scopes', names],
        ['scope', names.join(separator)],
      ],
      { minLength: 2 },
    ),
  );

const claim: fc.Arbitrary<MemberEdit> = fc.oneof(
  { weight: 3, arbitrary: member('exp', times) },
  { weight: 2, arbitrary: member('iat', times) },
  { weight: 2, arbitrary: member('nbf', times) },
  { weight: 2, arbitrary: member('aud', audiences) },
  member('iss', fc.oneof(otherIssuers, anything)),
  member('sub', fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), oddTexts, anything)),
  member('jti', fc.oneof(fc.uuid(), fc.string(), oddTexts, anything)),
  fc.tuple(fc.constantFrom('client_id', 'azp', 'appid'), fc.oneof(values('shop', 'other'), anything)),
  member('sid', anything),
  member(
    'scope',
    fc.oneof(
      listedScopes.map((names) => names.join(' ')),
      oddScopes,
    ),
  ),
  member('service_scopes', fc.oneof(listedScopes, oddScopes)),
  member('cnf', fc.oneof(values({ jkt: 'thumbprint' }, { 'x5t#S256': 'thumbprint' }, {}), anything)),
  member('act', fc.oneof(values({ sub: 'order' }, { sub: 'payment', act: { sub: 'order' } }, { sub: '' }), anything)),
  member(
    'roles',
    fc.integer({ min: 5000, max: 6500 }).map((length) => 'r'.repeat(length)),
  ),
  fc.tuple(fc.constantFrom('__proto__', 'constructor', 'toString', 'roles', 'email', 'nonce', ''), anything),
);
/** What can be odd about claims, and what only looks it. */
export const oddClaims: fc.Arbitrary<readonly MemberEdit[]> = fc.oneof(
  { weight: 5, arbitrary: fc.array(claim, { minLength: 1, maxLength: 2 }) },
  { weight: 2, arbitrary: scopes },
  {
    weight: 2,
    arbitrary: fc.tuple(member('iat', wholeInstants), member('exp', wholeInstants)),
  },
  {
    weight: 1,
    arbitrary: fc.subarray<MemberEdit>(
      [
        ['scope', undefined],
        ['service_scopes', undefined],
      ],
      { minLength: 1 },
    ),
  },
);
