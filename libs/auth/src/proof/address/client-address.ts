import type { AddressPrefix } from './address-prefix.js';
import { readAddress, writeAddress } from './ip-address.js';

/** What a request tells about where it comes from. */
export interface AddressEvidence {
  /** The address at the other end of the connection: the only one that nobody can make up. */
  readonly remoteAddress: string | undefined;
  /** The values of `X-Forwarded-For`, in the order received. */
  readonly forwardedFor: readonly string[];
}

/**
 * The client's address, in the one spelling that it has here; undefined where the connection has none. `X-Forwarded-For` is
 * read from the right, as each proxy adds there whom it was asked by: the first address that is no trusted proxy is the
 * client, for what stands left of it the client may have written itself. An entry that is no address ends the walk: the proxy that wrote it counts.
 */
export function clientAddress(
  { remoteAddress, forwardedFor }: AddressEvidence,
  trustedProxies: readonly AddressPrefix[],
): string | undefined {
  let address = canonicalAddress(remoteAddress ?? '');
  if (trustedProxies.length === 0 || address === undefined) return address;
  const entries = forwardedFor.join(',').split(',');
  while (entries.length > 0 && isTrusted(address, trustedProxies)) {
    const next = canonicalAddress(bare(entries.pop()?.trim() ?? ''));
    if (next === undefined) break;
    address = next;
  }
  return address;
}

/** An address in the one spelling that it has here; undefined where the text is no address. */
export function canonicalAddress(text: string): string | undefined {
  const bytes = readAddress(text);
  return bytes && writeAddress(bytes);
}

/** Some gateways write the port that they were asked from too, and IPv6 in brackets, as in a URL (RFC 3986 §3.2.2); that address is meant. */
function bare(entry: string): string {
  const [, ipv6, ipv4] = /^(?:\[([0-9a-f:.%]+)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/i.exec(entry) ?? [];
  return ipv6?.includes(':') ? ipv6 : (ipv4 ?? entry);
}

function isTrusted(address: string, trustedProxies: readonly AddressPrefix[]): boolean {
  return trustedProxies.some((proxies) => proxies.contains(address));
}
