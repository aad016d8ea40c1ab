import { describe, expect, test } from 'vitest';
import { AddressPrefix } from './address-prefix.js';
import { clientAddress } from './client-address.js';

const proxies = ['10.0.0.0/8', '192.0.2.1', '2001:db8:f::/48']
  .map((range) => AddressPrefix.parse(range))
  .filter((range) => range !== undefined);
const seenThrough = (remoteAddress: string | undefined, ...forwardedFor: string[]) =>
  clientAddress({ remoteAddress, forwardedFor }, proxies);

describe('the client of a request is', () => {
  test.each<[string, string, string[], string]>([
    ['the other end of the connection', '203.0.113.7', [], '203.0.113.7'],
    ['the same in IPv6 form', '::ffff:203.0.113.7', [], '203.0.113.7'],
    ['nobody that an untrusted peer names', '203.0.113.7', ['198.51.100.1'], '203.0.113.7'],
    ['whom a trusted proxy names', '10.0.0.1', ['203.0.113.7'], '203.0.113.7'],
    ['whom a trusted proxy in IPv6 form names', '::ffff:10.0.0.1', ['::ffff:203.0.113.7'], '203.0.113.7'],
    ['whom a trusted proxy of IPv6 names', '2001:db8:f::9', ['2001:DB8::1'], '2001:db8::1'],
    ['whom the first of two proxies names', '10.0.0.1', ['203.0.113.7, 192.0.2.1'], '203.0.113.7'],
    ['the same over two fields', '10.0.0.1', ['203.0.113.7', '192.0.2.1'], '203.0.113.7'],
    ['not what the client wrote before', '10.0.0.1', ['127.0.0.1, 203.0.113.7'], '203.0.113.7'],
    ['not what the client wrote in a field of its own', '10.0.0.1', ['10.0.0.9', '203.0.113.7'], '203.0.113.7'],
    ['not a trusted proxy that the client made up', '10.0.0.1', ['10.9.9.9, 203.0.113.7'], '203.0.113.7'],
    ['the farthest proxy, where all are trusted', '10.0.0.1', ['10.0.0.3, 10.0.0.2'], '10.0.0.3'],
    ['the proxy itself, where it names nobody', '10.0.0.1', [], '10.0.0.1'],
    ['the last trusted one, where the next is no address', '10.0.0.1', ['203.0.113.7, unknown, 10.0.0.2'], '10.0.0.2'],
    ['whom a trusted proxy names with a port', '10.0.0.1', ['203.0.113.7:4711'], '203.0.113.7'],
    ['whom it names in brackets', '10.0.0.1', ['[2001:DB8::1]'], '2001:db8::1'],
    ['whom it names in brackets with a port', '10.0.0.1', ['[2001:db8::1]:4711'], '2001:db8::1'],
    ['whom it names in IPv6 form with a port', '10.0.0.1', ['[::ffff:203.0.113.7]:4711'], '203.0.113.7'],
    [
      'whom the first of two proxies names, each with a port',
      '10.0.0.1',
      ['203.0.113.7:80, 192.0.2.1:443'],
      '203.0.113.7',
    ],
    ['the last trusted one, where the next is quoted', '10.0.0.1', ['"203.0.113.7"'], '10.0.0.1'],
    ['the last trusted one, where the next is quoted in brackets', '10.0.0.1', ['"[2001:db8::1]:80"'], '10.0.0.1'],
    ['the last trusted one, where the next has a name for a port', '10.0.0.1', ['203.0.113.7:http'], '10.0.0.1'],
    ['the last trusted one, where the next has no port after its colon', '10.0.0.1', ['203.0.113.7:'], '10.0.0.1'],
    ['the last trusted one, where the next is IPv4 in brackets', '10.0.0.1', ['[203.0.113.7]'], '10.0.0.1'],
    ['the last trusted one, where a bracket is open', '10.0.0.1', ['[2001:db8::1'], '10.0.0.1'],
    ['the last trusted one, where something follows the bracket', '10.0.0.1', ['[2001:db8::1]80'], '10.0.0.1'],
    ['not the port of an address without brackets', '10.0.0.1', ['2001:db8::1:80'], '2001:db8::1:80'],
    ['the last trusted one, where the next is empty', '10.0.0.1', ['203.0.113.7,'], '10.0.0.1'],
  ])('%s', (_, remoteAddress, forwardedFor, client) => {
    expect(seenThrough(remoteAddress, ...forwardedFor)).toBe(client);
  });

  test('nobody, where the connection has no address', () => {
    expect(seenThrough(undefined, '203.0.113.7')).toBeUndefined();
    expect(seenThrough('', '203.0.113.7')).toBeUndefined();
  });

  test('nobody but the other end, where no proxy is trusted', () => {
    expect(clientAddress({ remoteAddress: '127.0.0.1', forwardedFor: ['203.0.113.7'] }, [])).toBe('127.0.0.1');
  });
});
