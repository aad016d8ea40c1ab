import { type Refusal, TokenInvalid } from '../refuse/index.js';
import { type Authority, currentAuthority } from './authority.js';
import type { AuthoritySource } from './authority-source.js';
import type { RefusedAnswer } from './hop-answer.js';
import { AudienceMissing, hopRefusal } from './hop-refusal.js';

/** The caller's own authority: the access token of the request that is being handled, as it came. */
export class RelayedAuthority implements AuthoritySource {
  constructor(
    /** The target's identifier in `aud`. */
    private readonly audience: string,
    private readonly clockToleranceSeconds: number,
  ) {}

  /** @throws AudienceMissing, TokenInvalid; TypeError outside of a guarded request */
  ensureRelayable(): void {
    this.relayable();
  }

  async accessToken(): Promise<string> {
    return this.relayable().token;
  }

  clientAddress(): string | undefined {
    return currentAuthority()?.clientAddress;
  }

  /** The target refused the caller, who is told so. */
  refusal(_token: string, answer: RefusedAnswer): Refusal {
    return hopRefusal(this.audience, answer);
  }

  private relayable(): Authority {
    const authority = currentAuthority();
    if (!authority) {
      throw new TypeError(
        `There is no caller whose authority could travel to ${this.audience}. Call it while a guarded request is handled, or as the service itself (\`asService\`).`,
      );
    }
    if (!authority.caller.audience.includes(this.audience)) throw new AudienceMissing(this.audience);
    if (authority.caller.expiresAt + this.clockToleranceSeconds <= Date.now() / 1000)
      throw new TokenInvalid('exp.passed_before_hop');
    return authority;
  }
}
