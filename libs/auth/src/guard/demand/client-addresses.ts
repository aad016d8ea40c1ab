import { Inject, Injectable, Logger } from '@nestjs/common';
import { AddressPrefix, canonicalAddress, clientAddress, type RequestSigner } from '../../proof/index.js';
import { TokenInvalid } from '../../refuse/index.js';
import type { Caller } from '../../verify/index.js';
import type { Sensitivity } from '../declare/sensitive.decorator.js';
import { fieldValues, type HttpRequest, type ReceivedRequest, remoteAddressOf } from '../receive/http-request.js';
import { addressVouchersOf, SERVICE_AUTH_OPTIONS, type ServiceAuthOptions } from '../service-auth.options.js';

/** Tells the addresses of clients, and holds requests against the address that their token is bound to. */
@Injectable()
export class ClientAddresses {
  private readonly logger = new Logger('ServiceAuth');
  private readonly trustedProxies: readonly AddressPrefix[];
  private readonly vouchers: readonly string[];
  private warned = false;

  /** @throws TypeError with the remedy */
  constructor(@Inject(SERVICE_AUTH_OPTIONS) options: ServiceAuthOptions) {
    this.trustedProxies = (options.trustedProxies ?? []).map(readProxies);
    this.vouchers = addressVouchersOf(options);
  }

  /** The client's address, as far as trusted proxies tell it; undefined where the connection has none. */
  of(request: ReceivedRequest): string | undefined {
    const evidence = { remoteAddress: remoteAddressOf(request), forwardedFor: forwardedForOf(request) };
    return clientAddress(evidence, this.trustedProxies);
  }

  /** The client's address, to bind a token to; undefined also where only a trusted proxy is known, which is everybody who comes through it. */
  toBind(request: ReceivedRequest): string | undefined {
    this.warnOfProxies(request);
    const address = this.of(request);
    return address !== undefined && this.isProxy(address) ? undefined : address;
  }

  /**
   * A service that calls on behalf of its client says in `Client-Address` where that one is. Its word counts where its
   * signature covers it and the route names it as a caller, or names none and it may vouch for addresses; from anybody else the
   * field means nothing.
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
    const believed = signer && (sensitivity?.signature || this.vouchers.includes(signer.caller));
    const vouched = believed ? fieldValues(request, 'client-address') : [];
    if (vouched.length === 0) this.warnOfProxies(request);
    const address = vouched.length > 0 ? canonicalAddress(vouched.join()) : this.of(request);
    if (address === undefined) throw new TokenInvalid('client_address.unknown');
    if (!AddressPrefix.parse(range)?.contains(address)) throw new TokenInvalid('client_address.other');
    return address;
  }

  /** A proxy that nobody has named is taken for the client: tokens are then bound to it, or do not work behind it. Said once, as any client can write the field. */
  private warnOfProxies(request: ReceivedRequest): void {
    const peer = canonicalAddress(remoteAddressOf(request) ?? '');
    if (this.warned || peer === undefined || forwardedForOf(request).length === 0 || this.isProxy(peer)) return;
    this.warned = true;
    this.logger.warn(
      `X-Forwarded-For comes from ${peer}, which is no trusted proxy, so that a token is held to that address. Where it is a proxy of yours, name it in trustedProxies of ServiceAuthModule.`,
    );
  }

  private isProxy(address: string): boolean {
    return this.trustedProxies.some((proxies) => proxies.contains(address));
  }
}

function forwardedForOf(request: ReceivedRequest): string[] {
  return fieldValues(request, 'x-forwarded-for');
}

function readProxies(text: string): AddressPrefix {
  const proxies = AddressPrefix.parse(text);
  if (!proxies) throw new TypeError('trustedProxies must be addresses or ranges of them, e.g. ["10.0.0.0/8", "::1"].');
  return proxies;
}
