import { AddressPrefix } from '@waybill/auth';

/** Of IPv6 the first 64 bits, as whoever has one of these addresses has them all (RFC 6177 §2). */
const lengths = { ipv4: 32, ipv6: 64 };

/** What counts as one address, in one spelling; an IPv4 address in IPv6 form is the IPv4 address. */
export function countedAddress(address: string): string {
  const range = AddressPrefix.of(address, lengths)?.toString() ?? address;
  return range.replace(/\/32$/, '');
}
