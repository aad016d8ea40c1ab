import { createSecretKey } from 'node:crypto';
import { sharedSecretAlgorithm } from './algorithm.js';
import type { IssuerKeys } from './issuer-keys.js';
import type { VerificationKey } from './verification-key.js';

/** The shortest secret that HS256 may be used with, bytes (RFC 7518 §3.2). */
export const minSecretBytes = 32;

/**
 * The key of an issuer that signs with a shared secret. It answers for every `kid`, also for none, because it is the only
 * one; it serves HS256 alone, so that no token makes a secret of a public key, or the reverse (RFC 8725 §3.1).
 */
export class SharedSecret implements IssuerKeys {
  readonly obtained = true;
  private readonly key: VerificationKey;

  /** @throws TypeError where the secret is shorter than 32 bytes; the message does not hold it */
  constructor(issuer: string, secret: string) {
    const bytes = Buffer.from(secret);
    if (bytes.byteLength < minSecretBytes) {
      throw new TypeError(
        `The secret of ${issuer} is shorter than ${minSecretBytes} bytes. Generate one with: openssl rand -base64 ${minSecretBytes}.`,
      );
    }
    this.key = { kid: 'shared secret', algorithms: new Set([sharedSecretAlgorithm]), key: createSecretKey(bytes) };
  }

  async start(): Promise<void> {}

  stop(): void {}

  async find(): Promise<VerificationKey> {
    return this.key;
  }

  holds(key: VerificationKey): boolean {
    return key === this.key;
  }

  withdraw(): void {}
}
