import { Inject, Injectable } from '@nestjs/common';
import { memoryReplayStore, type ReplayStore, SignatureKeyRing, verifyRequest } from '../proof/index.js';
import { TokenInvalid } from '../refuse/index.js';
import type { Caller } from '../verify/index.js';
import { bodyOf, type HttpRequest, signedMessageOf } from './http-request.js';
import type { Sensitivity } from './sensitive.decorator.js';
import { clockToleranceOf, SERVICE_AUTH_OPTIONS, type ServiceAuthOptions } from './service-auth.options.js';

/** Holds requests against the signature that their route demands. */
@Injectable()
export class RequestSignatures {
  private readonly keys: SignatureKeyRing;
  private readonly replayStore: ReplayStore;
  private readonly maxAgeSeconds: number;

  /** @throws TypeError with the remedy */
  constructor(@Inject(SERVICE_AUTH_OPTIONS) private readonly options: ServiceAuthOptions) {
    const { signatures } = options;
    this.keys = new SignatureKeyRing(signatures?.keys ?? []);
    this.replayStore = signatures?.replayStore ?? memoryReplayStore();
    this.maxAgeSeconds = signatures?.maxAgeSeconds ?? 60;
    if (!(this.maxAgeSeconds > 0 && this.maxAgeSeconds <= 300))
      throw new TypeError('maxAgeSeconds of signatures must be above 0 and at most 300.');
  }

  /** @throws SignatureInvalid, TokenInvalid, VerdictUnavailable */
  async require(request: HttpRequest, sensitivity: Sensitivity | undefined, { confirmation }: Caller): Promise<void> {
    const { signature } = sensitivity ?? {};
    if (confirmation?.signatureKeyId !== undefined) throw new TokenInvalid('cnf.signature_key');
    if (!signature) return;
    await verifyRequest(signedMessageOf(request), bodyOf(request), {
      keys: this.keys,
      replayStore: this.replayStore,
      callers: signature.callers,
      maxAgeSeconds: this.maxAgeSeconds,
      clockToleranceSeconds: clockToleranceOf(this.options),
    });
  }
}
