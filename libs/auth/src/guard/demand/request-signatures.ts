import { Inject, Injectable } from '@nestjs/common';
import {
  memoryReplayStore,
  type ReplayStore,
  type RequestSigner,
  SignatureKeyRing,
  verifyRequest,
} from '../../proof/index.js';
import { TokenInvalid } from '../../refuse/index.js';
import type { Caller } from '../../verify/index.js';
import type { Sensitivity } from '../declare/sensitive.decorator.js';
import { bodyOf, fieldValues, type HttpRequest, signedMessageOf } from '../receive/http-request.js';
import {
  addressVouchersOf,
  clockToleranceOf,
  SERVICE_AUTH_OPTIONS,
  type ServiceAuthOptions,
} from '../service-auth.options.js';

/** Holds requests against the signature that their route demands, or that their token is bound to. */
@Injectable()
export class RequestSignatures {
  private readonly keys: SignatureKeyRing;
  private readonly replayStore: ReplayStore;
  private readonly maxAgeSeconds: number;
  /** Resolvers of one request are guarded one by one, but its nonce is good once. */
  private readonly signers = new WeakMap<object, Promise<RequestSigner>>();

  /** @throws TypeError with the remedy */
  constructor(@Inject(SERVICE_AUTH_OPTIONS) private readonly options: ServiceAuthOptions) {
    const { signatures } = options;
    this.keys = new SignatureKeyRing(signatures?.keys ?? []);
    this.replayStore = signatures?.replayStore ?? memoryReplayStore();
    this.maxAgeSeconds = signatures?.maxAgeSeconds ?? 60;
    if (!(this.maxAgeSeconds > 0 && this.maxAgeSeconds <= 300))
      throw new TypeError('maxAgeSeconds of signatures must be above 0 and at most 300.');
    for (const voucher of addressVouchersOf(options)) requireKeyOf(voucher, this.keys);
  }

  /**
   * A signature is needed where the route demands one, where the token is bound to a signing key (`cnf.kid`, on every route),
   * and where somebody signs for the address of the client whose token is bound to it, if anybody is believed there.
   * @returns who signed, or undefined where nobody needed to
   * @throws SignatureInvalid, TokenInvalid, VerdictUnavailable
   */
  async require(
    request: HttpRequest,
    sensitivity: Sensitivity | undefined,
    { confirmation }: Caller,
  ): Promise<RequestSigner | undefined> {
    const { signature } = sensitivity ?? {};
    const boundTo = confirmation?.signatureKeyId;
    const vouched = confirmation?.clientAddress !== undefined && this.mayBeVouched && vouchesForAddress(request);
    if (!signature && boundTo === undefined && !vouched) return undefined;
    const signer = await this.signerOf(request, signature?.callers ?? this.keys.callers);
    if (boundTo !== undefined && boundTo !== signer.keyId) throw new TokenInvalid('cnf.signature_key');
    return signer;
  }

  private get mayBeVouched(): boolean {
    return addressVouchersOf(this.options).length > 0;
  }

  private signerOf(request: HttpRequest, callers: readonly string[]): Promise<RequestSigner> {
    const received = request.raw ?? request;
    const known = this.signers.get(received);
    if (known) return known;
    const signer = verifyRequest(signedMessageOf(request), bodyOf(request), {
      keys: this.keys,
      replayStore: this.replayStore,
      callers,
      maxAgeSeconds: this.maxAgeSeconds,
      clockToleranceSeconds: clockToleranceOf(this.options),
    });
    this.signers.set(received, signer);
    return signer;
  }
}

function requireKeyOf(voucher: string, keys: SignatureKeyRing): void {
  if (keys.keysOf([voucher]).length > 0) return;
  throw new TypeError(
    `addressVouchers of signatures names "${voucher}", of whom there is no key. Add one as ${voucher}/id, or leave the name out.`,
  );
}

/** A client's own `Client-Address` means nothing, but with a signature it is the word of a service, which has to hold. */
function vouchesForAddress(request: HttpRequest): boolean {
  const carries = (name: string) => fieldValues(request, name).length > 0;
  return carries('client-address') && (carries('signature') || carries('signature-input'));
}
