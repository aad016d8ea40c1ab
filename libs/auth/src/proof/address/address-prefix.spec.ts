import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressPrefix } from './address-prefix.js';

test.each([
  ['203.0.113.7', '203.0.113.7/32'],
  ['203.0.113.7/24', '203.0.113.0/24'],
  ['203.0.113.255/25', '203.0.113.128/25'],
  ['10.255.0.0/9', '10.128.0.0/9'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['255.255.255.255/1', '128.0.0.0/1'],
  ['::ffff:203.0.113.7', '203.0.113.7/32'],
  ['::FFFF:cb00:7107/128', '203.0.113.7/32'],
  ['::ffff:203.0.113.7/120', '203.0.113.0/24'],
  ['2001:DB8:0:0:0::1', '2001:db8::1/128'],
  ['2001:db8:1:2:3:4:5:6/64', '2001:db8:1:2::/64'],
  ['2001:db8:1:2ff::/60', '2001:db8:1:2f0::/60'],
  ['64:ff9b::203.0.113.7/96', '64:ff9b::/96'],
  ['fe80::1%eth0/64', 'fe80::/64'],
  ['fe80::1%eth0', 'fe80::1/128'],
  ['::/0', '::/0'],
  ['::1', '::1/128'],
  ['::', '::/128'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0/128'],
])('%s is written %s', (text, canonical) => {
  expect(AddressPrefix.parse(text)?.toString()).toBe(canonical);
  expect(AddressPrefix.parse(canonical)?.toString()).toBe(canonical);
});

test.each([
  '',
  '/',
  '/8',
  '203.0.113',
  '203.0.113.7/33',
  '203.0.113.7/-1',
  '203.0.113.7/+8',
  '203.0.113.7/08',
  '203.0.113.7/',
  '203.0.113.7/8/8',
  '203.0.113.07',
  '0x7f.0.0.1',
  '203.0.113.256',
  '203.0.113.7%eth0',
  ' 203.0.113.7',
  '[::1]',
  '::1/129',
  '::ffff:203.0.113.7/95',
  '2001:db8::1::2',
  '12345::',
  'localhost',
  '203.0.113.7:80',
])('%j is no range', (text) => {
  expect(AddressPrefix.parse(text)).toBeUndefined();
});

test.each([
  ['203.0.113.0/24', '203.0.113.255', true],
  ['203.0.113.0/24', '::ffff:203.0.113.1', true],
  ['203.0.113.0/24', '203.0.114.0', false],
  ['203.0.113.7/32', '203.0.113.6', false],
  ['::ffff:203.0.113.7/128', '203.0.113.7', true],
  ['203.0.113.128/25', '203.0.113.127', false],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['0.0.0.0/0', '::1', false],
  ['::/0', '127.0.0.1', false],
  ['::/0', '::ffff:127.0.0.1', false],
  ['::/0', 'fe80::1%eth0', true],
  ['2001:db8:1:2::/64', '2001:DB8:1:2:ffff::1', true],
  ['2001:db8:1:2::/64', '2001:db8:1:3::1', false],
  ['127.0.0.0/8', 'localhost', false],
  ['127.0.0.0/8', '', false],
  ['::7f00:1/128', '127.0.0.1', false],
])('%s contains %s: %s', (range, address, contained) => {
  expect(AddressPrefix.parse(range)?.contains(address)).toBe(contained);
});

test('makes the range around an address, as wide as its version may be', () => {
  const lengths = { ipv4: 24, ipv6: 56 };
  const around = (address: string) => AddressPrefix.of(address, lengths)?.toString();
  expect(around('203.0.113.7')).toBe('203.0.113.0/24');
  expect(around('::ffff:203.0.113.7')).toBe('203.0.113.0/24');
  expect(around('2001:db8:1:2ff::1')).toBe('2001:db8:1:200::/56');
  expect(around('nowhere')).toBeUndefined();
});

test('reads every address, and contains what Node says that the range contains', () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4().map((dotted) => `::ffff:${dotted}`),
  );
  const property = fc.property(address, address, fc.nat(128), (network, other, length) => {
    const prefix = AddressPrefix.of(network, { ipv4: length % 33, ipv6: length });
    const [range = '', bits] = prefix?.toString().split('/') ?? [];
    const list = new BlockList();
    list.addSubnet(range, Number(bits), familyOf(range));
    const mixed = familyOf(range) === 'ipv6' && AddressPrefix.parse(other)?.toString().includes('.');
    expect(prefix?.contains(network)).toBe(true);
    expect(prefix?.contains(other)).toBe(!mixed && list.check(other, familyOf(other)));
  });
  fc.assert(property, { numRuns: 2000 });
});

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
