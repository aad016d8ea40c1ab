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
  return bytes.length === 4 ? bytes.join('.') : spelling(groupsOf(bytes).map(hex).join(':'));
}

/** Whether these are an IPv4 address in IPv6 form. */
export function isMapped(bytes: AddressBytes): boolean {
  return bytes.length === 16 && bytes.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 0xff));
}

/** The sixteen bytes, also of an IPv4 address in IPv6 form. */
export function bytesOfIPv6(address: string): AddressBytes {
  const [before = '', after] = spelling(address).split('::');
  const [head, tail] = [before, after ?? ''].map((half) => half.split(':').filter(Boolean));
  const zeros = new Array<string>(8 - (head?.length ?? 0) - (tail?.length ?? 0)).fill('0');
  const groups = [...(head ?? []), ...zeros, ...(tail ?? [])].map((group) => Number.parseInt(group, 16));
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

function plain(bytes: AddressBytes): AddressBytes {
  return isMapped(bytes) ? bytes.slice(12) : bytes;
}

/** A URL's host has one spelling for each IPv6 address, without dots (URL Standard, IPv6 serializer). */
function spelling(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function groupsOf(bytes: AddressBytes): number[] {
  return Array.from({ length: 8 }, (_, n) => ((bytes[2 * n] ?? 0) << 8) | (bytes[2 * n + 1] ?? 0));
}

function hex(group: number): string {
  return group.toString(16);
}
