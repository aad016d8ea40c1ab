import { RequestKey } from './request-key.js';
import type { SignatureKey } from './signature-key.js';

/** The signing keys of a system: the first of one's own that can sign signs, all verify. */
export class SignatureKeyRing {
  private readonly byKeyId: ReadonlyMap<string, RequestKey>;

  /** @throws TypeError with the remedy */
  constructor(keys: readonly SignatureKey[]) {
    const ready = keys.map((key) => new RequestKey(key));
    this.byKeyId = new Map(ready.map((key) => [key.keyId, key]));
    if (this.byKeyId.size < keys.length)
      throw new TypeError('Two signature keys share one caller/id. Give each its own id.');
    ready.forEach(requireOneCaller);
  }

  /** The services that have a key. */
  get callers(): readonly string[] {
    return [...new Set(this.keys.map(({ caller }) => caller))];
  }

  /** The key with this id on the wire. */
  find(id: string): RequestKey | undefined {
    return this.byKeyId.get(id);
  }

  /** The keys of these services. */
  keysOf(callers: readonly string[]): readonly RequestKey[] {
    return this.keys.filter(({ caller }) => callers.includes(caller));
  }

  /**
   * The key that signs for a service: the one with this id on the wire, else the first that can.
   * @throws TypeError where it has none
   */
  signingKeyOf(caller: string, id?: string): RequestKey {
    const own = this.keys.filter((key) => key.caller === caller && key.canSign);
    const key = id === undefined ? own[0] : own.find(({ keyId }) => keyId === id);
    if (key) return key;
    throw new TypeError(
      id === undefined
        ? `There is no signature key for "${caller}" that can sign. Add one as ${caller}/id:secret, or with its private key.`
        : `"${id}" is no signature key with which "${caller}" can sign. Name one of its own that has a secret or a private key.`,
    );
  }

  private get keys(): readonly RequestKey[] {
    return [...this.byKeyId.values()];
  }
}

/** Whoever has the key could sign in the name of either. */
function requireOneCaller(key: RequestKey, index: number, keys: readonly RequestKey[]): void {
  const other = keys.slice(0, index).find((earlier) => earlier.caller !== key.caller && earlier.isSameAs(key));
  if (other) {
    throw new TypeError(
      `Signature keys ${other.keyId} and ${key.keyId} are one key of two callers. Give each caller a key of its own.`,
    );
  }
}
