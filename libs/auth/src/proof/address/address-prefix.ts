import { isIP } from 'node:net';
import { type AddressBytes, bytesOfIPv6, isMapped, readAddress, writeAddress } from './ip-address.js';

/** How many leading bits of an address count, of IPv4 and of IPv6. */
export interface PrefixLengths {
  /** 0–32. */
  readonly ipv4: number;
  /** 0–128. */
  readonly ipv6: number;
}

/** The addresses that begin with the same bits, in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3). No IPv4 address is in a range of IPv6. */
export class AddressPrefix {
  private constructor(
    private readonly network: AddressBytes,
    private readonly length: number,
  ) {}

  /** Reads an address or a range, e.g. `10.0.0.0/8`; undefined where it is neither. An address is a range of one. */
  static parse(text: string): AddressPrefix | undefined {
    const [address = '', suffix, ...rest] = text.split('/');
    if (rest.length > 0 || (suffix !== undefined && !/^(0|[1-9]\d{0,2})$/.test(suffix))) return undefined;
    const bytes = readAddress(address);
    if (!bytes) return undefined;
    const length = suffix === undefined ? bytes.length * 8 : Number(suffix) - mappedBits(address);
    return length < 0 ? undefined : AddressPrefix.around(bytes, length);
  }

  /** The range of this length around an address; undefined where that is no address. */
  static of(address: string, { ipv4, ipv6 }: PrefixLengths): AddressPrefix | undefined {
    const bytes = readAddress(address);
    return bytes && AddressPrefix.around(bytes, bytes.length === 4 ? ipv4 : ipv6);
  }

  private static around(bytes: AddressBytes, length: number): AddressPrefix | undefined {
    return length <= bytes.length * 8 ? new AddressPrefix(masked(bytes, length), length) : undefined;
  }

  /** Whether an address is one of these; text that is no address is not. */
  contains(address: string): boolean {
    const bytes = readAddress(address);
    if (bytes?.length !== this.network.length) return false;
    return masked(bytes, this.length).every((byte, index) => byte === this.network[index]);
  }

  /** CIDR notation, the same for every spelling of one range. */
  toString(): string {
    return `${writeAddress(this.network)}/${this.length}`;
  }
}

/** In a range that is written in IPv6 form but is one of IPv4, the first 96 bits do not count. */
function mappedBits(address: string): number {
  const [plain = ''] = address.split('%', 1);
  return isIP(plain) === 6 && isMapped(bytesOfIPv6(plain)) ? 96 : 0;
}

function masked(bytes: AddressBytes, length: number): AddressBytes {
  return bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, length - 8 * index))));
}
