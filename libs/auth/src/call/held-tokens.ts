import { RecentlyUsed } from '../verify/recently-used.js';
import { HeldToken } from './held-token.js';

/** Access tokens that this service got, each under a key of its own; those that were not used for longest go first. */
export class HeldTokens {
  private readonly recent: RecentlyUsed<HeldToken>;

  constructor(
    /** The audience of the hop that is called with them. */
    private readonly hop: string,
    /** How many are kept at most. */
    capacity: number,
    private readonly now: () => number,
  ) {
    this.recent = new RecentlyUsed(capacity);
  }

  /** The place of a token, with or without one in it. */
  at(key: string): HeldToken {
    const held = this.recent.get(key) ?? new HeldToken(this.hop, this.now);
    this.recent.set(key, held);
    return held;
  }

  /** Gives a place up that no token came to. */
  release(key: string): void {
    if (this.recent.get(key)?.isEmpty) this.recent.delete(key);
  }

  /** Drops the token at a key, if it is this one. */
  drop(key: string, token: string): void {
    this.recent.get(key)?.drop(token);
  }
}
