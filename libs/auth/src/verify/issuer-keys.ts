import type { VerificationKey } from './verification-key.js';

/** Where an issuer's verification keys come from: a key set that it publishes, or a secret that is shared with it. */
export interface IssuerKeys {
  /** Begins whatever keeps the keys fresh; resolves after the first attempt, whatever came of it. */
  start(): Promise<void>;
  /** Ends it. What is known stays usable. */
  stop(): void;
  /** True once there are keys. */
  readonly obtained: boolean;
  /**
   * The key to check a token with, by the `kid` of its header.
   * @throws TokenInvalid where the issuer has no such key, VerdictUnavailable where that cannot be known just now
   */
  find(kid: string | undefined): Promise<VerificationKey>;
  /** Says whether a key that was found before is still the issuer's: once withdrawn or replaced, it never is again. */
  holds(key: VerificationKey): boolean;
  /** Takes a key out at once and for good, whoever still lists it. A shared secret, which has no id, stays. */
  withdraw(kid: string): void;
}
