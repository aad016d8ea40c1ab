import fc from 'fast-check';
import { honestSigners, otherSigners } from './issuer.js';
import { anything, member, values } from './odd-values.js';
import type { MemberEdit } from './specimen.js';

const algorithms =
  'none None nOnE NONE HS256 hs256 HS384 RS256 PS256 ES256 es256 ES384 ES256K EdDSA RSA-OAEP dir'.split(' ');
const ids = [
  ...[...honestSigners, ...otherSigners],
  '../../etc/passwd',
  "' OR 1=1 --",
  '$(reboot)',
  'http://127.0.0.1/jwks',
  '__proto__',
  'constructor',
  'ec-1 ',
  'EC-1',
  'ec-1\r\nx: y',
  'k'.repeat(128),
  'k'.repeat(129),
];
const types = 'at+jwt AT+JWT application/at+jwt Application/AT+jwt JWT jwt at+jwt; logout+jwt id_token'.split(' ');
const refused = ['jwk', 'jku', 'x5c', 'x5u', 'crit', 'b64', 'zip', 'cty', 'enc'];
/** What can be odd about a header, and what only looks it. */
export const oddHeaderMember: fc.Arbitrary<MemberEdit> = fc.oneof(
  member('alg', fc.oneof(fc.constantFrom<unknown>(...algorithms, ['ES256']), anything)),
  member('kid', fc.oneof(fc.constantFrom<unknown>(...ids, ['ec-1']), anything)),
  member('typ', fc.oneof({ weight: 3, arbitrary: values(...types) }, anything)),
  fc.tuple(
    fc.constantFrom(...refused),
    fc.oneof(values(['exp'], [], 'JWT', 'DEF', false, 'https://evil.example'), anything),
  ),
  fc.tuple(fc.constantFrom('x5t', 'x5t#S256', 'ver', 'iss', '__proto__', 'toString', 'Alg', 'ALG'), anything),
);
