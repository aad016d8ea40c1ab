import { setTimeout as sleep } from 'node:timers/promises';
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
import {
  hasKeyFor,
  keyMaking,
  publishedKeys,
  publishKey,
  type StoredSigningKey,
  sealOutdated,
} from './stored-signing-keys.js';

/** How often a replica looks for keys that another one has published or withdrawn, in milliseconds: a withdrawn one must not sign on. */
const reloadMs = 500;

/** How long who asks for the present keys waits for the database, in milliseconds; then those of before are good enough. */
const patienceMs = 300;

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
  private reloading: Promise<void> | undefined;
  private following: Promise<void> | undefined;
  private outdated = false;

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

  /** The public keys that verifiers may accept (RFC 7517 §5), as this process knows them. */
  publicKeys(): readonly PublicJwk[] {
    return this.published;
  }

  /**
   * The same as they are in the database now: who hears of a withdrawn key from one replica and asks another must find
   * the key that took its place. While the database is away, those of before.
   */
  async presentKeys(): Promise<readonly PublicJwk[]> {
    await Promise.race([this.readAnew(), sleep(patienceMs)]);
    return this.published;
  }

  /** Reads the keys after now: a reading that has begun may have missed what the caller has heard of. */
  private readAnew(): Promise<void> {
    this.following ??= (this.reloading ?? Promise.resolve()).then(() => {
      this.following = undefined;
      return this.reload();
    });
    return this.following;
  }

  /** Reads the keys again; those who ask meanwhile share the answer. Never rejects: the keys of before go on. */
  private reload(): Promise<void> {
    this.reloading ??= this.tryLoad().finally(() => {
      this.reloading = undefined;
    });
    return this.reloading;
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
    this.published = stored.map(({ publicJwk }) => publicJwk);
    const usable = stored.filter(({ retiredAt }) => retiredAt === null || retiredAt.getTime() > Date.now());
    const opened = new Map(this.signing.map((key) => [key.kid, key]));
    // First of all what was withdrawn signs no more, whether or not a new key can be opened here.
    this.signing = usable.flatMap(({ kid }) => opened.get(kid) ?? []);
    this.signing = usable.map((key) => opened.get(key.kid) ?? this.open(key));
  }

  private open({ kid, algorithm, privateKey, signsFrom }: StoredSigningKey): DatedKey {
    return { ...importSigningKey(this.encryption.open(kid, privateKey), algorithm), signsFrom };
  }

  private async tryLoad(): Promise<void> {
    try {
      await this.load();
      this.outdated = false;
    } catch (error) {
      if (!this.outdated)
        this.logger.warn(`The signing keys cannot be read again, those of before go on: ${databaseReason(error)}`);
      this.outdated = true;
    }
  }
}
