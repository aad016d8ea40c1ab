import { setTimeout as delay } from 'node:timers/promises';
import { remainingMs } from './deadline.js';
import { ServiceTokenUnavailable } from './service-token-unavailable.js';
import type { ServiceToken } from './token-endpoint.js';

/** How long before its expiry a token is used no more: a tenth of its life, at most 30 s. */
const marginMs = (lifetimeMs: number) => Math.min(30_000, lifetimeMs / 10);

/**
 * One access token that this service got, kept in memory until shortly before it expires. Who asks at the same time shares
 * one request for it; a failed request is not remembered.
 */
export class HeldToken {
  // Private at run time too, so that nothing that prints this prints the token.
  #held: { readonly token: string; readonly goodUntil: number } | undefined;
  #request: Promise<string> | undefined;

  constructor(
    /** The audience of the hop that is called with it. */
    private readonly hop: string,
    private readonly now: () => number,
  ) {}

  /**
   * The token, which `obtain` gets where there is none that is good.
   * @throws ServiceTokenUnavailable, also where the present deadline passes first; what `obtain` throws
   */
  async get(obtain: () => Promise<ServiceToken>): Promise<string> {
    if (this.#held && this.now() < this.#held.goodUntil) return this.#held.token;
    this.#request ??= this.renew(obtain).finally(() => {
      this.#request = undefined;
    });
    return withinDeadline(this.#request, this.hop);
  }

  /** Whether there is no token, and none is being got. */
  get isEmpty(): boolean {
    return this.#held === undefined && this.#request === undefined;
  }

  /** Drops the token, if it is this one. */
  drop(token: string): void {
    if (this.#held?.token === token) this.#held = undefined;
  }

  private async renew(obtain: () => Promise<ServiceToken>): Promise<string> {
    const asked = this.now();
    const { token, lifetimeSeconds } = await obtain();
    const lifetimeMs = lifetimeSeconds * 1000;
    this.#held = { token, goodUntil: asked + lifetimeMs - marginMs(lifetimeMs) };
    return token;
  }
}

/** Waits no longer than whoever asks may; the request goes on for the others, and for the next. */
async function withinDeadline(request: Promise<string>, hop: string): Promise<string> {
  const ms = remainingMs();
  if (ms === undefined) return request;
  const answered = new AbortController();
  const late = delay(ms, undefined, { signal: answered.signal }).then(() => {
    throw new ServiceTokenUnavailable(hop, 'deadline_passed');
  });
  try {
    return await Promise.race([request, late]);
  } finally {
    answered.abort();
  }
}
