import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Confirmation, DpopNonceRequired, DpopProofInvalid, DpopProofs } from '@waybill/auth';
import { OAuthError } from '../oauth/oauth-error.js';

/**
 * The keys that clients prove to hold as they ask for tokens (RFC 9449 §5): what they get is bound to them. It is asked once
 * nothing else is wrong with a request, so that nobody without credentials fills the record of used proofs.
 */
@Injectable()
export class ProvenKeys {
  private readonly logger = new Logger(ProvenKeys.name);

  constructor(@Inject(DpopProofs) private readonly proofs: DpopProofs) {}

  /**
   * What a request's proof binds a token to; undefined where it carries none. The proof is used up.
   * Throws OAuthError `invalid_dpop_proof` or `use_dpop_nonce`, or VerdictUnavailable where the record of used proofs cannot tell.
   */
  async bindingOf({ headersDistinct, method = '', url = '' }: IncomingMessage): Promise<Confirmation | undefined> {
    const fields = headersDistinct.dpop ?? [];
    if (fields.length === 0) return undefined;
    try {
      const { keyThumbprint } = await this.proofs.verify({ fields, method, path: url });
      return { keyThumbprint };
    } catch (refusal) {
      throw this.asOAuthError(refusal);
    }
  }

  private asOAuthError(refusal: unknown): unknown {
    if (refusal instanceof DpopNonceRequired) {
      const headers = { 'DPoP-Nonce': refusal.nonce };
      return new OAuthError('use_dpop_nonce', 'Make a new proof with the nonce of the DPoP-Nonce field.', headers);
    }
    if (!(refusal instanceof DpopProofInvalid)) return refusal;
    this.logger.warn(`A DPoP proof was refused: ${refusal.reason}`);
    return new OAuthError('invalid_dpop_proof', 'Send one DPoP proof, made for this very request (RFC 9449 §4).');
  }
}
