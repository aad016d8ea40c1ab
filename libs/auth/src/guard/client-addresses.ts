import { Inject, Injectable } from '@nestjs/common';
import { AddressPrefix, canonicalAddress, clientAddress, type RequestSigner } from '../proof/index.js';
import { TokenInvalid } from '../refuse/index.js';
import type { Caller } from '../verify/index.js';
import { fieldValues, type HttpRequest, type ReceivedRequest, remoteAddressOf } from './http-request.js';
import type { Sensitivity } from './sensitive.decorator.js';
import { SERVICE_AUTH_OPTIONS, type ServiceAuthOptions } from './service-auth.options.js';

/** Tells the addresses of clients, and holds requests against the address that their token is bound to. */
@Injectable()
export class ClientAddresses {
  private readonly trustedProxies: readonly AddressPrefix[];

  /** @throws TypeError with the remedy */
  constructor(@Inject(SERVICE_AUTH_OPTIONS) { trustedProxies = [] }: ServiceAuthOptions) {
    this.trustedProxies = trustedProxies.map(readProxies);
  }

  /** The client's address, as far as trusted proxies tell it; undefined where the connection has none. */
  of(request: ReceivedRequest): string | undefined {
    const evidence = {
      remoteAddress: remoteAddressOf(request),
      forwardedFor: fieldValues(request, 'x-forwarded-for'),
    };
    return clientAddress(evidence, this.trustedProxies);
  }

  /**
   * A service that calls on behalf of its client says in `Client-Address` where that one is. Its word counts where its
   * signature covers it; from anybody else the field means nothing.
   * @param signer who has signed the request
   * @returns the address of the client, where the token is bound to one
   * @throws TokenInvalid
   */
  require(
    request: HttpRequest,
    sensitivity: Sensitivity | undefined,
    { confirmation }: Caller,
    signer: RequestSigner | undefined,
  ): string | undefined {
    const range = confirmation?.clientAddress;
    if (range === undefined) {
      if (sensitivity?.address) throw new TokenInvalid('client_address.token_not_bound');
      return undefined;
    }
    const vouched = signer ? fieldValues(request, 'client-address') : [];
    const address = vouched.length > 0 ? canonicalAddress(vouched.join()) : this.of(request);
    if (address === undefined) throw new TokenInvalid('client_address.unknown');
    if (!AddressPrefix.parse(range)?.contains(address)) throw new TokenInvalid('client_address.other');
    return address;
  }
}

function readProxies(text: string): AddressPrefix {
  const proxies = AddressPrefix.parse(text);
  if (!proxies) throw new TypeError('trustedProxies must be addresses or ranges of them, e.g. ["10.0.0.0/8", "::1"].');
  return proxies;
}
