import { createHash } from 'node:crypto';
import type { AxiosInstance } from 'axios';
import { type Refusal, ScopeInsufficient, TokenInvalid } from '../refuse/index.js';
import type { ClientCredentials } from './client-credentials.js';
import { HeldTokens } from './held-tokens.js';
import { ServiceTokenUnavailable } from './service-token-unavailable.js';
import type { Target } from './target.js';
import { requestToken, type ServiceToken } from './token-endpoint.js';

/** How many exchanged tokens are kept. */
export interface ExchangedAuthorityOptions {
  /** So many at most; those that were not used for longest go first. Default: 10,000. */
  readonly capacity?: number;
  /** Milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
}

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

/**
 * The authority of callers at one target, by token exchange (RFC 8693): for a caller's token this service gets another, for
 * that target alone and with the scopes that one call needs, bound to the key with which this service signs. It is kept
 * under the digest of the caller's, and so found only by who shows that one again.
 */
export class ExchangedAuthority {
  // Private at run time too, so that nothing that prints a client prints these.
  readonly #credentials: ClientCredentials;
  private readonly tokens: HeldTokens;

  constructor(
    private readonly http: AxiosInstance,
    credentials: ClientCredentials,
    private readonly target: Target,
    /** The key that signs the requests to the target, as `caller/id`; absent: they are not signed. */
    private readonly signatureKeyId: string | undefined,
    { capacity = 10_000, now = () => performance.now() }: ExchangedAuthorityOptions = {},
  ) {
    this.#credentials = credentials;
    this.tokens = new HeldTokens(target.audience, capacity, now);
  }

  /**
   * The token to send instead of the caller's.
   * @throws TokenInvalid, ScopeInsufficient where that one is not enough; ServiceTokenUnavailable
   */
  async accessToken(subjectToken: string, scopes: readonly string[]): Promise<string> {
    const scope = scopeOf(scopes);
    const key = keyOf(subjectToken, scope);
    try {
      return await this.tokens.at(key).get(() => this.exchange(subjectToken, scope));
    } catch (error) {
      this.tokens.release(key);
      throw error instanceof ServiceTokenUnavailable ? (refusalOf(error, scopes) ?? error) : error;
    }
  }

  /** The target did not take this token, which was got for the caller's: the next call gets another. */
  drop(subjectToken: string, scopes: readonly string[], token: string): void {
    this.tokens.drop(keyOf(subjectToken, scopeOf(scopes)), token);
  }

  private exchange(subjectToken: string, scope: string): Promise<ServiceToken> {
    const { audience } = this.target;
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: subjectToken,
      subject_token_type: accessTokenType,
      requested_token_type: accessTokenType,
      audience,
      scope,
      ...(this.signatureKeyId !== undefined && { req_cnf: JSON.stringify({ kid: this.signatureKeyId }) }),
    };
    return requestToken(this.http, this.#credentials, form, audience);
  }
}

function scopeOf(scopes: readonly string[]): string {
  return scopes.toSorted().join(' ');
}

function keyOf(subjectToken: string, scope: string): string {
  return createHash('sha256').update(`${scope}\n${subjectToken}`).digest('base64');
}

/** What the issuer says of the caller's own token is for the caller to hear (RFC 8693 §2.2.2); all else is not his affair. */
function refusalOf({ error }: ServiceTokenUnavailable, scopes: readonly string[]): Refusal | undefined {
  if (error === 'invalid_request' || error === 'invalid_grant')
    return new TokenInvalid('exchange.subject_token_refused');
  return error === 'invalid_scope' ? new ScopeInsufficient(scopes) : undefined;
}
