import { Inject, Injectable } from '@nestjs/common';
import { DpopProofs, type ProvenKey } from '../../proof/index.js';
import { DpopNonceRequired, type Scheme, TokenInvalid, TokenUnbound } from '../../refuse/index.js';
import type { Caller } from '../../verify/index.js';
import type { Sensitivity } from '../declare/sensitive.decorator.js';
import { fieldValues, type HttpRequest, pathOf } from '../receive/http-request.js';
import { type PresentedToken, presentedToken } from '../receive/presented-token.js';
import type { HttpResponse } from '../receive/response-of.js';

/** Holds requests against the key that their token is bound to (DPoP, RFC 9449). */
@Injectable()
export class KeyProofs {
  /** GraphQL asks the guard again for each field, about one and the same request: its proof is judged once. */
  private readonly judged = new WeakMap<object, Promise<ProvenKey>>();

  /** @param proofs null where the service takes none */
  constructor(@Inject(DpopProofs) private readonly proofs: DpopProofs | null) {}

  /**
   * The access token of a request, under a scheme that is taken here.
   * @throws CredentialsMissing, RequestMalformed
   */
  presented(request: HttpRequest, sensitivity: Sensitivity | undefined): PresentedToken {
    const schemes: readonly Scheme[] = sensitivity?.dpop ? ['Bearer', 'DPoP'] : ['Bearer'];
    return presentedToken(request, this.proofs !== null, schemes);
  }

  /**
   * A token that is bound to a key comes as `DPoP`, with a proof of that key, and never as `Bearer` (§7.2); one that is not comes
   * as `Bearer`, where the route does not demand more. The answer gets the nonce for the next proof, where this one's grows old.
   * @throws TokenInvalid, TokenUnbound, DpopProofInvalid, DpopNonceRequired, VerdictUnavailable
   */
  async require(
    request: HttpRequest,
    response: HttpResponse | undefined,
    { scheme, token }: PresentedToken,
    sensitivity: Sensitivity | undefined,
    { confirmation }: Caller,
  ): Promise<void> {
    const keyThumbprint = confirmation?.keyThumbprint;
    if (keyThumbprint === undefined) {
      if (scheme === 'DPoP' || sensitivity?.dpop) throw new TokenUnbound('cnf.jkt.absent');
      return;
    }
    if (scheme !== 'DPoP' || !this.proofs) throw new TokenInvalid('cnf.jkt.not_as_dpop');
    const nonce = await this.prove(request, { token, keyThumbprint }, this.proofs).catch(offeredBy(response));
    if (nonce !== undefined) response?.header('DPoP-Nonce', nonce);
  }

  private async prove(request: HttpRequest, bound: Bound, proofs: DpopProofs): Promise<string | undefined> {
    const received = request.raw ?? request;
    const judged = this.judged.get(received) ?? verify(request, bound, proofs);
    this.judged.set(received, judged);
    return (await judged).nextNonce;
  }
}

/** A refusal in GraphQL has no header fields of its own, so the nonce that it asks for is put on the answer here. */
function offeredBy(response: HttpResponse | undefined): (refusal: unknown) => never {
  return (refusal) => {
    if (refusal instanceof DpopNonceRequired) response?.header('DPoP-Nonce', refusal.nonce);
    throw refusal;
  };
}

/** A token, and the key that it is bound to. */
interface Bound {
  readonly token: string;
  readonly keyThumbprint: string;
}

function verify(request: HttpRequest, { token, keyThumbprint }: Bound, proofs: DpopProofs): Promise<ProvenKey> {
  return proofs.verify({
    fields: fieldValues(request, 'dpop'),
    method: request.method,
    path: pathOf(request),
    accessToken: token,
    keyThumbprint,
  });
}
