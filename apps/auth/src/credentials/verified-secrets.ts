import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { secretMatches } from './secret-hash.js';

/** So many are remembered at most; a client more costs a comparison at each request again, and nothing else. */
const capacity = 1_000;

/**
 * Remembers which client secrets were right, so that a service which asks for many tokens costs one comparison by argon2id
 * and not one a request. That slowness stands against guessing what people make up; a wrong secret costs as much as ever.
 * What is remembered is a keyed digest, for the very hash that is stored: once that has changed it opens nothing.
 */
export class VerifiedSecrets {
  readonly #key = randomBytes(32);
  readonly #digests = new Map<string, Buffer>();

  /** As `secretMatches`. */
  async matches(stored: string | null | undefined, secret: string): Promise<boolean> {
    const digest = createHmac('sha256', this.#key).update(secret).digest();
    const known = this.#digests.get(stored ?? '');
    if (known && timingSafeEqual(known, digest)) return true;
    const matches = await secretMatches(stored, secret);
    if (matches && stored) this.remember(stored, digest);
    return matches;
  }

  private remember(stored: string, digest: Buffer): void {
    const [eldest] = this.#digests.keys();
    if (eldest !== undefined && this.#digests.size >= capacity) this.#digests.delete(eldest);
    this.#digests.set(stored, digest);
  }
}
