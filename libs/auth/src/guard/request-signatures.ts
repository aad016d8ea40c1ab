import { Inject, Injectable } from '@nestjs/common';
import { memoryReplayStore, SignatureKeyRing, verifyRequest } from '../proof/index.js';
import { RequestMalformed } from '../refuse/index.js';
import { SERVICE_AUTH_OPTIONS, type ServiceAuthOptions } from '../service-auth.options.js';
import { bodyOf, type HttpRequest, signedMessageOf } from './http-request.js';
import type { Sensitivity } from './sensitive.decorator.js';

/** Holds requests against the signature that their route demands. */
@Injectable()
export class RequestSignatures {
  private readonly keys: SignatureKeyRing | undefined;
  private readonly replayStore;

  constructor(@Inject(SERVICE_AUTH_OPTIONS) private readonly options: ServiceAuthOptions) {
    const { signatures } = options;
    this.keys = signatures && new SignatureKeyRing(signatures.keys);
    this.replayStore = signatures?.replayStore ?? memoryReplayStore();
  }

  /** @throws SignatureInvalid, RequestMalformed, VerdictUnavailable */
  async require(request: HttpRequest, sensitivity: Sensitivity | undefined): Promise<void> {
    const { signature } = sensitivity ?? {};
    if (!signature) return;
    if (!this.keys)
      throw new TypeError(
        'A route demands a request signature but there are no keys. Configure `signatures` of ServiceAuthModule.',
      );
    const message = signedMessageOf(request);
    if (!message) throw new RequestMalformed('signature.repeated_field');
    await verifyRequest(message, bodyOf(request), {
      keys: this.keys,
      replayStore: this.replayStore,
      callers: signature.callers,
      maxAgeSeconds: this.options.signatures?.maxAgeSeconds ?? 60,
      clockToleranceSeconds: this.options.clockToleranceSeconds ?? 10,
    });
  }
}
