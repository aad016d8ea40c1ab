import { isIP } from 'node:net';

/** An address as its bytes: four of IPv4, sixteen of IPv6. An IPv4 address in IPv6 form (RFC 4291 §2.5.5.2) is the IPv4 address. */
export type AddressBytes = readonly number[];

/** Reads an address; undefined where it is none. A zone (RFC 4007 §11), which counts on one machine only, is dropped. */
export function readAddress(text: string): AddressBytes | undefined {
  const [address = '', zone] = text.split('%', 2);
  const version = isIP(address);
  if (version === 4 && zone === undefined) return address.split('.').map(Number);
  return version === 6 ? plain(bytesOfIPv6(address)) : undefined;
}

/** Writes an address in the one form that it has here (RFC 5952 §4 for IPv6). */
export function writeAddress(bytes: AddressBytes): string {
  if (bytes.length === 4) return bytes.join('.');
  const { hostname } = new URL(`http://[${groupsOf(bytes).map(hex).join(':')}]`); // a URL's host has one spelling
  return hostname.slice(1, -1);
}

/** Whether these are an IPv4 address in IPv6 form. */
export function isMapped(bytes: AddressBytes): boolean {
  return bytes.length === 16 && bytes.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 0xff));
}

/** The sixteen bytes of what `isIP` takes for IPv6, also of an IPv4 address in IPv6 form. */
export function bytesOfIPv6(address: string): AddressBytes {
  const [head = [], tail = []] = address.split('::').map(bytesOfHalf);
  return [...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

/** One side of the `::`; the last four bytes of an address may be written as those of IPv4. */
function bytesOfHalf(half: string): number[] {
  const groups = half === '' ? [] : half.split(':');
  return groups.flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const bits = Number.parseInt(group, 16);
    return [bits >> 8, bits & 0xff];
  });
}

function plain(bytes: AddressBytes): AddressBytes {
  return isMapped(bytes) ? bytes.slice(12) : bytes;
}

function groupsOf(bytes: AddressBytes): number[] {
  return Array.from({ length: 8 }, (_, n) => ((bytes[2 * n] ?? 0) << 8) | (bytes[2 * n + 1] ?? 0));
}

function hex(group: number): string {
  return group.toString(16);
}
