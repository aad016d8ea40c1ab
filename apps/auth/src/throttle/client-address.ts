import { isIP } from 'node:net';

/**
 * What counts as one address: of IPv6 the first 64 bits, as whoever has one of these addresses has them all
 * (RFC 6177 §2); an IPv4 address in IPv6 form is the IPv4 address (RFC 4291 §2.5.5.2).
 */
export function countedAddress(address: string): string {
  const [plain = ''] = address.split('%', 1);
  return isIP(plain) === 6 ? ofIPv6(groupsOf(plain)) : address;
}

function ofIPv6(groups: readonly number[]): string {
  const [prefix, mark, high = 0, low = 0] = [groups.slice(0, 5), ...groups.slice(5)];
  if (prefix.every((group) => group === 0) && mark === 0xffff) {
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight groups; a URL's host has one spelling for each address, without dots (URL Standard, IPv6 serializer). */
function groupsOf(address: string): number[] {
  const spelling = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before, after = ''] = spelling.split('::').map((half) => half.split(':').filter(Boolean));
  const [head, tail] = [before ?? [], after || []];
  const zeros = new Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}
