import { Inject, Injectable } from '@nestjs/common';
import type { TrustedIssuer } from '../verify/index.js';
import { TRUSTED_ISSUERS } from './trusted-issuers.js';

/** Says whether the service can verify tokens, for its readiness probe. */
@Injectable()
export class KeyReadiness {
  constructor(@Inject(TRUSTED_ISSUERS) private readonly issuers: readonly TrustedIssuer[]) {}

  /** True once the verification keys of every trusted issuer have been fetched at least once. */
  obtained(): boolean {
    return this.issuers.every((issuer) => issuer.keys.obtained);
  }
}
