import { Logger, type OnModuleDestroy } from '@nestjs/common';
import { databaseReason } from '@waybill/database';
import { ConfigurationError } from '@waybill/service-defaults';
import type { AuthConfig } from '../config.js';
import { type AuthDatabase, oneAtATime } from '../database.js';
import { KeyEncryption, KeyNotDecryptable } from './key-encryption.js';
import {
  generateSigningKey,
  importSigningKey,
  type KeyPurpose,
  type PublicJwk,
  type SigningAlgorithm,
  type SigningKey,
} from './signing-key.js';
import { hasKeyFor, publishedKeys, publishKey, type StoredSigningKey, sealOutdated } from './stored-signing-keys.js';

const keyMaking = 'waybill signing keys';

/** How often a replica looks for keys that another one has published, in milliseconds; well below the time ahead. */
const reloadMs = 10_000;

interface DatedKey extends SigningKey {
  signsFrom: Date;
}

/** The signing keys of one purpose, as this process knows them: which one signs now, and what the JWKS shows. */
export class Keyring implements OnModuleDestroy {
  private readonly logger = new Logger(Keyring.name);
  private readonly encryption: KeyEncryption;
  private signing: readonly DatedKey[] = [];
  private published: readonly PublicJwk[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: AuthConfig,
    private readonly db: AuthDatabase,
    private readonly purpose: KeyPurpose,
  ) {
    this.encryption = new KeyEncryption(config.authKeyEncryptionKeys);
  }

  /**
   * Reads the keys, makes the one that is missing and seals what is not sealed as configured. Rejects with
   * ConfigurationError where a key cannot be decrypted.
   */
  async unlock(): Promise<void> {
    try {
      await oneAtATime(this.db, keyMaking, (tx) => sealOutdated(tx, this.encryption));
      await this.ensureKey(this.config.authSigningAlgorithm);
      await this.load();
    } catch (error) {
      throw error instanceof KeyNotDecryptable ? new ConfigurationError([error.message]) : error;
    }
    this.timer = setInterval(() => void this.reload(), reloadMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** The key that signs now: the newest of the configured algorithm or, until that one's time has come, of another. */
  current(): SigningKey {
    const now = Date.now();
    const ready = this.signing.filter(({ signsFrom }) => signsFrom.getTime() <= now);
    const preferred = ready.findLast(({ algorithm }) => algorithm === this.config.authSigningAlgorithm);
    // A replica whose clock is behind finds none ready on the first start: the oldest may sign.
    const key = preferred ?? ready.at(-1) ?? this.signing[0];
    if (!key) throw new Error('There is no signing key: the keyring was not unlocked.');
    return key;
  }

  /** The public keys that verifiers may accept (RFC 7517 §5). */
  publicKeys(): readonly PublicJwk[] {
    return this.published;
  }

  /** Of several replicas that start at once, one publishes its key; an RSA key takes too long to make it in turn. */
  private async ensureKey(algorithm: SigningAlgorithm): Promise<void> {
    if (hasKeyFor(algorithm, await publishedKeys(this.db, this.purpose))) return;
    const key = await generateSigningKey(algorithm);
    await oneAtATime(this.db, keyMaking, async (tx) => {
      if (!hasKeyFor(algorithm, await publishedKeys(tx, this.purpose)))
        await publishKey(key, this.purpose, tx, this.encryption);
    });
  }

  private async load(): Promise<void> {
    const stored = await publishedKeys(this.db, this.purpose);
    const opened = new Map(this.signing.map((key) => [key.kid, key]));
    this.signing = stored
      .filter(({ retiredAt }) => retiredAt === null)
      .map((key) => opened.get(key.kid) ?? this.open(key));
    this.published = stored.map(({ publicJwk }) => publicJwk);
  }

  private open({ kid, algorithm, privateKey, signsFrom }: StoredSigningKey): DatedKey {
    return { ...importSigningKey(this.encryption.open(kid, privateKey), algorithm), signsFrom };
  }

  private async reload(): Promise<void> {
    try {
      await this.load();
    } catch (error) {
      this.logger.warn(`The signing keys were not read again, those of before go on: ${databaseReason(error)}`);
    }
  }
}
