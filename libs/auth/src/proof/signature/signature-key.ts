/** A key with which one service signs its requests to others (hmac-sha256, RFC 9421 §3.3.3). On the wire its id is `caller/id`. */
export interface SignatureKey {
  /** The service that signs with it. */
  readonly caller: string;
  readonly id: string;
  /** At least 32 bytes. */
  readonly secret: string;
}

const minSecretBytes = 32;
const name = /^[A-Za-z0-9._-]{1,64}$/;

/** The signing keys of a system: the first of one's own signs, all verify. */
export class SignatureKeyRing {
  private readonly byKeyId: ReadonlyMap<string, SignatureKey>;

  /** @throws TypeError with the remedy */
  constructor(private readonly keys: readonly SignatureKey[]) {
    keys.forEach(requireSound);
    this.byKeyId = new Map(keys.map((key) => [keyId(key), key]));
    if (this.byKeyId.size < keys.length)
      throw new TypeError('Two signature keys share one caller/id. Give each its own id.');
  }

  /** The key with this id on the wire. */
  find(id: string): SignatureKey | undefined {
    return this.byKeyId.get(id);
  }

  /**
   * The key that signs for a service.
   * @throws TypeError where it has none
   */
  signingKeyOf(caller: string): SignatureKey {
    const key = this.keys.find((candidate) => candidate.caller === caller);
    if (!key) throw new TypeError(`There is no signature key for "${caller}". Add one as ${caller}/id:secret.`);
    return key;
  }
}

/** A key's id on the wire. */
export function keyId({ caller, id }: SignatureKey): string {
  return `${caller}/${id}`;
}

function requireSound(key: SignatureKey): void {
  if (!name.test(key.caller) || !name.test(key.id)) {
    throw new TypeError(
      'A signature key needs a caller and an id of letters, digits, ".", "_" and "-", e.g. order/k1.',
    );
  }
  if (Buffer.byteLength(key.secret) < minSecretBytes) {
    throw new TypeError(
      `The secret of signature key ${keyId(key)} is shorter than ${minSecretBytes} bytes. Make one with: openssl rand -base64 32`,
    );
  }
}
