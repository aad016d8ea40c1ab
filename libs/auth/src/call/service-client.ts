import type { AxiosInstance } from 'axios';
import { type SignatureKey, SignatureKeyRing } from '../proof/index.js';
import { HopClient } from './hop-client.js';
import { readTarget, type TargetOptions } from './target.js';

/** Which services may be called, and with which key the calls are signed. */
export interface ServiceClientOptions {
  readonly targets: readonly TargetOptions[];
  /** This service's own name and the keys of the system; needed where a target is signed. */
  readonly signatures?: { readonly caller: string; readonly keys: readonly SignatureKey[] };
  readonly clockToleranceSeconds: number;
}

/**
 * Calls the next service with the caller's authority. Only the configured targets can be called, so the caller's token
 * can reach no other address.
 */
export class ServiceClient {
  private readonly hops: ReadonlyMap<string, HopClient>;

  /** @throws TypeError with the remedy, where a target or the signing key is unsound */
  constructor(http: AxiosInstance, { targets, signatures, clockToleranceSeconds }: ServiceClientOptions) {
    const signing = () => ({ signingKey: signingKeyOf(signatures) });
    const hops = targets
      .map(readTarget)
      .map((target) => new HopClient({ http, target, clockToleranceSeconds, ...(target.sign && signing()) }));
    this.hops = new Map(hops.map((hop) => [hop.audience, hop]));
    if (this.hops.size < hops.length) throw new TypeError('Two targets share one audience. Give each service once.');
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

function signingKeyOf(signatures: ServiceClientOptions['signatures']): SignatureKey {
  if (!signatures) {
    throw new TypeError('A target is to be signed but there are no keys. Configure `signatures` of ServiceAuthModule.');
  }
  return new SignatureKeyRing(signatures.keys).signingKeyOf(signatures.caller);
}
