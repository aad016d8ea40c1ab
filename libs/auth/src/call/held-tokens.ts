import { HeldToken } from './held-token.js';

/**
 * Access tokens that this service got, each under a key of its own. There are two generations of half the capacity each, as
 * of verified tokens: one that is used moves to the younger; when that is full, the older is dropped whole.
 */
export class HeldTokens {
  private young = new Map<string, HeldToken>();
  private old: ReadonlyMap<string, HeldToken> = new Map();

  constructor(
    /** The audience of the hop that is called with them. */
    private readonly hop: string,
    /** How many are kept at most. */
    private readonly capacity: number,
    private readonly now: () => number,
  ) {}

  /** The place of a token, with or without one in it. */
  at(key: string): HeldToken {
    const young = this.young.get(key);
    if (young) return young;
    const held = this.old.get(key) ?? new HeldToken(this.hop, this.now);
    if (this.young.size >= Math.ceil(this.capacity / 2)) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, held);
    return held;
  }

  /** Gives a place up that no token came to. */
  release(key: string): void {
    if (this.young.get(key)?.isEmpty) this.young.delete(key);
  }

  /** Drops the token at a key, if it is this one. */
  drop(key: string, token: string): void {
    (this.young.get(key) ?? this.old.get(key))?.drop(token);
  }
}
