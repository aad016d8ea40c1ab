import fc from 'fast-check';
import { type TextEdit, type WireEdit, wireEditKinds } from './specimen.js';

/** As latin1: byte order marks, bytes that are not UTF-8, and characters that are not JSON. */
const oddBytes = [
  '\xef\xbb\xbf',
  '\xfe\xff',
  '\xff',
  '\xc0\x80',
  '\xed\xa0\x80',
  '\0',
  ' ',
  '\n',
  '\x0b',
  '{}',
  '//',
  ',',
];
const oddCharacters = [...'AB-=.+/ \n\0é．\ufeff', '', '==', '..', '\r\n', '%2E'];

const named = ['alg', 'kid', 'typ', 'sub', 'exp', 'aud', 'iss', 'scope', '\\u0061lg', 's\\u0075b', '__proto__', 'new'];
const nesting = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.boolean())
  .map(([depth, list]) =>
    list ? `"a":${'['.repeat(depth)}${']'.repeat(depth)}` : `${'"a":{'.repeat(depth)}${'}'.repeat(depth)}`,
  );
const twins = fc
  .tuple(
    fc.constantFrom(...named),
    fc.constantFrom('"none"', '"ES256"', '0', 'null', '{"a":1,"a":2}', '"order.service"'),
  )
  .map(([name, value]) => `"${name}":${value}`);
/** What an author can write in another way, rightly or wrongly. */
export const oddText: fc.Arbitrary<TextEdit> = fc.oneof(
  fc.tuple(fc.constantFrom<'before' | 'after'>('before', 'after'), fc.constantFrom(...oddBytes)),
  fc.tuple(fc.constantFrom<'members' | 'lastMembers'>('members', 'lastMembers'), fc.oneof(twins, nesting)),
  fc.tuple(fc.constant('escaped' as const), fc.constantFrom('sub', 'alg', 'kid', 'exp', 'scope')),
  fc.tuple(fc.constant('spaced' as const), fc.constantFrom(' ', '\n', '\r\n\t', '\xa0')),
  fc.tuple(
    fc.constant('whole' as const),
    fc.oneof(fc.constantFrom('null', '[]', '"text"', '0', '{}', '', '{', 'true', '\ufeff{}'), fc.string()),
  ),
  fc.constant<TextEdit>(['list', '']),
);

/** What can happen to a token on its way. */
export const oddDelivery: fc.Arbitrary<WireEdit> = fc.tuple(
  fc.constantFrom(...wireEditKinds),
  fc.nat({ max: 1200 }),
  fc.oneof(
    fc.constantFrom(...oddCharacters),
    fc.constantFrom('A'.repeat(86), 'A'.repeat(8000), 'eyJhbGciOiJub25lIn0', 'bnVsbA', 'e30'),
    fc.base64String(),
    fc.string({ unit: 'binary', maxLength: 4 }),
  ),
);
