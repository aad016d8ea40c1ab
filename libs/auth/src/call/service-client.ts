import { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import { SignatureKeyRing } from '../proof/index.js';
import { SERVICE_AUTH_OPTIONS, type ServiceAuthOptions } from '../service-auth.options.js';
import { HopClient } from './hop-client.js';
import { readTarget } from './target.js';

/**
 * Calls the next service with the caller's authority. Only the configured targets can be called, so the caller's token
 * can reach no other address.
 */
@Injectable()
export class ServiceClient {
  private readonly hops: ReadonlyMap<string, HopClient>;

  /** @throws TypeError with the remedy, where a target or the signing key is unsound */
  constructor(http: HttpService, @Inject(SERVICE_AUTH_OPTIONS) options: ServiceAuthOptions) {
    const { targets = [], signatures, clockToleranceSeconds = 10 } = options;
    const signingKey = () => {
      if (!signatures)
        throw new TypeError(
          'A target is to be signed but there are no keys. Configure `signatures` of ServiceAuthModule.',
        );
      return new SignatureKeyRing(signatures.keys).signingKeyOf(signatures.caller);
    };
    this.hops = new Map(
      targets.map(readTarget).map((target) => [
        target.audience,
        new HopClient({
          http: http.axiosRef,
          target,
          clockToleranceSeconds,
          ...(target.sign && { signingKey: signingKey() }),
        }),
      ]),
    );
  }

  /**
   * The client of one target.
   * @throws TypeError where no such target is configured
   */
  to(audience: string): HopClient {
    const hop = this.hops.get(audience);
    if (!hop) throw new TypeError(`"${audience}" is no target. Configure it under \`targets\` of ServiceAuthModule.`);
    return hop;
  }
}
