import type { AxiosInstance } from 'axios';
import type { Refusal } from '../refuse/index.js';
import type { AuthoritySource } from './authority-source.js';
import type { ClientCredentials } from './client-credentials.js';
import { HeldToken } from './held-token.js';
import type { RefusedAnswer } from './hop-answer.js';
import { HopMisconfigured } from './hop-refusal.js';
import type { Target } from './target.js';
import { requestToken } from './token-endpoint.js';

/** This service's own authority at one target: an access token obtained with its client credentials (RFC 6749 §4.4). */
export class ServiceAuthority implements AuthoritySource {
  // Private at run time too, so that nothing that prints a client prints these.
  readonly #credentials: ClientCredentials;
  private readonly held: HeldToken;

  constructor(
    private readonly http: AxiosInstance,
    credentials: ClientCredentials,
    private readonly target: Target,
    now: () => number = () => performance.now(),
  ) {
    this.#credentials = credentials;
    this.held = new HeldToken(target.audience, now);
  }

  /** @throws TypeError always: nobody's authority is carried on here */
  async ensureAllowed(): Promise<never> {
    const { audience } = this.target;
    throw new TypeError(`No caller's authority travels to ${audience} in a call as this service. Ask \`to\` for one.`);
  }

  /** @throws ServiceTokenUnavailable */
  async accessToken(): Promise<string> {
    const { audience, serviceScopes } = this.target;
    const form = { grant_type: 'client_credentials', scope: serviceScopes.join(' ') };
    return this.held.get(() => requestToken(this.http, this.#credentials, form, audience));
  }

  /** A service's own request comes from nobody else. */
  clientAddress(): undefined {
    return undefined;
  }

  /** The target refused this service itself, which is no fault of whoever waits. A token that is not valid is dropped. */
  refusal(token: string, answer: RefusedAnswer): Refusal {
    if (answer.status === 401) this.held.drop(token);
    return new HopMisconfigured(this.target.audience, answer);
  }
}
