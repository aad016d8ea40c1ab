import type { Refusal } from '../refuse/index.js';
import type { Caller } from '../verify/index.js';
import { currentAuthority } from './authority.js';
import type { AuthoritySource } from './authority-source.js';
import type { ExchangedAuthority } from './exchanged-authority.js';
import type { RefusedAnswer } from './hop-answer.js';
import { AuthorityUnavailable, ExchangeMisconfigured, hopRefusal, TokenNotRelayable } from './hop-refusal.js';
import { authorityAt, isBoundToKey, requireAddressTravels, requireRelayable } from './relayed-authority.js';
import { ServiceTokenUnavailable } from './service-token-unavailable.js';
import type { Target } from './target.js';

/** By what a caller's token is exchanged, and whose tokens that takes. */
export interface Exchange {
  /** The `iss` of the issuer at which this service has its credentials: no other issuer's token is shown there. */
  readonly issuer: string;
  readonly authority: ExchangedAuthority;
}

/**
 * The authority of the request that is being handled, at one target: the caller's token as it came, or one that this
 * service exchanged it for. The target's options say which; a token that is bound to a key can only be exchanged.
 */
export class CallersAuthority implements AuthoritySource {
  constructor(
    private readonly target: Target,
    private readonly clockToleranceSeconds: number,
    /** Absent: this service has no credentials to exchange tokens with. */
    private readonly exchange?: Exchange,
  ) {}

  /**
   * A token that has to be exchanged is exchanged here, so that nothing is stored where that is not possible just now.
   * @throws AudienceMissing, TokenInvalid, TokenNotRelayable, ScopeInsufficient, AuthorityUnavailable, ExchangeMisconfigured;
   * TypeError outside of a guarded request
   */
  async ensureAllowed(scopes: readonly string[]): Promise<void> {
    await this.accessToken(scopes);
  }

  /** @throws as `ensureAllowed` */
  async accessToken(scopes: readonly string[]): Promise<string> {
    const { caller, token } = authorityAt(this.target, this.clockToleranceSeconds);
    const exchange = this.exchangeFor(caller, scopes);
    if (!exchange) return token;
    return exchange.accessToken(token, scopes).catch((error: unknown) => {
      throw error instanceof ServiceTokenUnavailable ? unavailable(error, caller) : error;
    });
  }

  clientAddress(): string | undefined {
    return currentAuthority()?.clientAddress;
  }

  /** The target refused the caller, who is told so. */
  refusal(token: string, answer: RefusedAnswer, scopes: readonly string[]): Refusal {
    const own = currentAuthority()?.token;
    if (answer.status === 401 && own !== undefined && own !== token) this.exchange?.authority.drop(own, scopes, token);
    return hopRefusal(this.target.audience, answer);
  }

  /** Undefined where the token goes on as it came. */
  private exchangeFor({ issuer, confirmation }: Caller, scopes: readonly string[]): ExchangedAuthority | undefined {
    const { target, exchange } = this;
    const bound = isBoundToKey(confirmation);
    if (target.authority === 'relay' && !(bound && exchange && scopes.length > 0)) {
      requireRelayable(confirmation, target);
      return undefined;
    }
    requireAddressTravels(confirmation, target);
    if (scopes.length === 0) throw scopesUnnamed(target);
    if (bound && !target.sign) throw new TokenNotRelayable(target.audience, 'hop.bound_to_key');
    if (exchange?.issuer !== issuer) throw new TokenNotRelayable(target.audience, 'hop.other_issuer');
    return exchange.authority;
  }
}

/** Where the issuer says so, this service is not let act there at all, whoever asks (RFC 6749 §5.2, RFC 8693 §2.2.2). */
const forThisServiceAtAll = ['unauthorized_client', 'invalid_target', 'unsupported_grant_type'];

function unavailable(error: ServiceTokenUnavailable, { confirmation }: Caller): Refusal {
  if (!forThisServiceAtAll.includes(error.error ?? '')) return new AuthorityUnavailable(error);
  const reason = `exchange.${error.error}`;
  // A caller whose token is bound to a key can use another one; all others must wait for the operator.
  return isBoundToKey(confirmation)
    ? new TokenNotRelayable(error.hop, reason)
    : new ExchangeMisconfigured(error.hop, reason);
}

function scopesUnnamed({ audience }: Target): TypeError {
  return new TypeError(
    `A token for ${audience} is got by exchange, for the scopes that the call needs. Name them as \`scopes\` of the request, and to \`ensureAllowed\`.`,
  );
}
