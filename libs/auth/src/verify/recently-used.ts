/**
 * Remembers what was used lately, and no more than so much.
 *
 * There are two generations of half the capacity each. What is used moves to the younger; when that one is full, the older is
 * dropped whole. So the least recently used go first, and every step takes constant time.
 */
export class RecentlyUsed<Value> {
  // Private at run time too: what is kept may be a secret, and nothing that prints its keeper prints it.
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** @param capacity how many are remembered at most; 0: none */
  constructor(private readonly capacity: number) {}

  /** How many there are, never more than the capacity. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** What is kept under a key, which counts as a use of it. */
  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.capacity === 0) return;
    this.#old.delete(key);
    this.#young.set(key, value);
    if (this.#young.size < Math.ceil(this.capacity / 2)) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }
}
