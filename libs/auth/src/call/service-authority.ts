import { setTimeout as delay } from 'node:timers/promises';
import type { AxiosInstance } from 'axios';
import type { Refusal } from '../refuse/index.js';
import type { AuthoritySource } from './authority-source.js';
import type { ClientCredentials } from './client-credentials.js';
import { remainingMs } from './deadline.js';
import type { RefusedAnswer } from './hop-answer.js';
import { HopMisconfigured } from './hop-refusal.js';
import { ServiceTokenUnavailable } from './service-token-unavailable.js';
import type { Target } from './target.js';
import { requestServiceToken } from './token-endpoint.js';

/** How long before its expiry a token is used no more: a tenth of its life, at most 30 s. */
const marginMs = (lifetimeMs: number) => Math.min(30_000, lifetimeMs / 10);

/**
 * This service's own authority at one target: an access token obtained with its client credentials, kept in memory until
 * shortly before it expires. Who asks at the same time shares one request for it; a failed request is not remembered.
 */
export class ServiceAuthority implements AuthoritySource {
  // Private at run time too, so that nothing that prints a client prints these.
  readonly #credentials: ClientCredentials;
  #held: { readonly token: string; readonly goodUntil: number } | undefined;
  #request: Promise<string> | undefined;

  constructor(
    private readonly http: AxiosInstance,
    credentials: ClientCredentials,
    private readonly target: Target,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#credentials = credentials;
  }

  /** @throws TypeError always: nobody's token is relayed here */
  ensureRelayable(): never {
    const { audience } = this.target;
    throw new TypeError(`No caller's authority travels to ${audience} in a call as this service. Ask \`to\` for one.`);
  }

  /** @throws ServiceTokenUnavailable */
  async accessToken(): Promise<string> {
    if (this.#held && this.now() < this.#held.goodUntil) return this.#held.token;
    this.#request ??= this.obtain().finally(() => {
      this.#request = undefined;
    });
    return withinDeadline(this.#request, this.target);
  }

  /** A service's own request comes from nobody else. */
  clientAddress(): undefined {
    return undefined;
  }

  /** The target refused this service itself, which is no fault of whoever waits. A token that is not valid is dropped. */
  refusal(token: string, answer: RefusedAnswer): Refusal {
    if (answer.status === 401 && this.#held?.token === token) this.#held = undefined;
    return new HopMisconfigured(this.target.audience, answer);
  }

  private async obtain(): Promise<string> {
    const asked = this.now();
    const { token, lifetimeSeconds } = await requestServiceToken(this.http, this.#credentials, this.target);
    const lifetimeMs = lifetimeSeconds * 1000;
    this.#held = { token, goodUntil: asked + lifetimeMs - marginMs(lifetimeMs) };
    return token;
  }
}

/** Waits no longer than whoever asks may; the request goes on for the others, and for the next. */
async function withinDeadline(request: Promise<string>, { audience }: Target): Promise<string> {
  const ms = remainingMs();
  if (ms === undefined) return request;
  const answered = new AbortController();
  const late = delay(ms, undefined, { signal: answered.signal }).then(() => {
    throw new ServiceTokenUnavailable(audience, 'deadline_passed');
  });
  try {
    return await Promise.race([request, late]);
  } finally {
    answered.abort();
  }
}
