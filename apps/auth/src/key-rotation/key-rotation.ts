import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { and, eq, inArray, isNull, lt } from 'drizzle-orm';
import type { Actor } from '../audit/actor.js';
import { addAuditEntry } from '../audit/audit-trail.js';
import { AUTH_CONFIG, type AuthConfig, longestTokenTtlSeconds, mostClockToleranceSeconds } from '../config.js';
import { type AuthDatabase, type AuthTransaction, oneAtATime } from '../database.js';
import { signingKeys } from '../schema.js';
import { SecurityEventLog } from '../security-events/security-event-log.js';
import { KeyEncryption } from '../signing-keys/key-encryption.js';
import { Keyring } from '../signing-keys/keyring.js';
import { generateSigningKey, type KeyPurpose, type SigningKey } from '../signing-keys/signing-key.js';
import { keyMaking, publishedKeys, publishKey, type StoredSigningKey } from '../signing-keys/stored-signing-keys.js';
import { ExchangedTokens } from '../token-exchange/exchanged-tokens.js';
import { keyNotFound, keyWithdrawn } from './key-rotation.problems.js';

/** A key, and from when it signs. */
export type NextKey = Pick<StoredSigningKey, 'kid' | 'signsFrom'>;

/** By whom, and only if the key in use is older than that. */
export interface RotationOptions {
  actor?: Actor;
  ifOlderThan?: Date;
}

/**
 * For how long after a key was retired something that it signed may still be shown, in milliseconds: an access token until
 * it has expired everywhere, an event as long as a webhook that is away may get it.
 */
const shownForMs: Record<KeyPurpose, number> = {
  'access-token': (longestTokenTtlSeconds + mostClockToleranceSeconds) * 1000,
  'security-event': 3 * 24 * 60 * 60_000,
};

/** Takes signing keys into use and out of use; of several replicas one at a time. */
@Injectable()
export class KeyRotation {
  private readonly logger = new Logger('Keys');
  private readonly encryption: KeyEncryption;

  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly keyring: Keyring,
    private readonly exchanged: ExchangedTokens,
    private readonly log: SecurityEventLog,
  ) {
    this.encryption = new KeyEncryption(config.authKeyEncryptionKeys);
  }

  /**
   * Publishes a key that takes over after a while; what signs now is retired then, and stays published until all that it
   * signed has expired. Where a key waits for its turn already, that one is answered, and where none is old enough, the
   * one in use.
   */
  async rotate(purpose: KeyPurpose, { actor, ifOlderThan }: RotationOptions = {}): Promise<NextKey> {
    const key = await generateSigningKey(this.config.authSigningAlgorithm);
    const next = await oneAtATime(this.db, keyMaking, async (tx) => {
      const stored = await publishedKeys(tx, purpose);
      const recent = stored.findLast((each) => this.isUsable(each) && each.signsFrom > (ifOlderThan ?? new Date()));
      if (recent) return recent;
      return this.takeOver(tx, key, purpose, stored, actor);
    });
    await this.keyring.presentKeys();
    return next;
  }

  /**
   * Withdraws a key that may have been stolen: from now on nobody trusts what it signed, nor what
   * was got for that by exchange. If nothing else signs, a fresh
   * key does at once; it is published in the same transaction that tells the guards.
   * @throws ProblemException 404 unknown, 409 withdrawn before
   */
  async withdraw(kid: string, actor: Actor): Promise<NextKey> {
    const fresh = await generateSigningKey(this.config.authSigningAlgorithm);
    const next = await oneAtATime(this.db, keyMaking, async (tx) => {
      const [stored] = await tx
        .select()
        .from(signingKeys)
        .where(and(eq(signingKeys.kid, kid), eq(signingKeys.purpose, 'access-token')));
      if (!stored) throw keyNotFound();
      if (stored.withdrawnAt !== null) throw keyWithdrawn();
      const now = new Date();
      await tx.update(signingKeys).set({ withdrawnAt: now }).where(eq(signingKeys.kid, kid));
      const signs = await this.signingAt(now, fresh, tx);
      const [before, after] = [{ kid }, { kid: signs.kid, signsFrom: signs.signsFrom }];
      await addAuditEntry(tx, { action: 'key-withdrawn', actor, subject: kid, before, after });
      const exchanged = await this.exchanged.cameFromSignedBy(tx, kid);
      await this.log.append(tx, { kind: 'key-withdrawn', kid });
      await this.exchanged.takeBack(tx, exchanged);
      return signs;
    });
    await this.keyring.presentKeys();
    this.logger.warn(`Key ${kid} is withdrawn: what it signed is refused. Key ${next.kid} signs`);
    return next;
  }

  /** Whether what signs for this purpose, or will, has done so since before then. */
  async isDue(purpose: KeyPurpose, before: Date): Promise<boolean> {
    const stored = await publishedKeys(this.db, purpose);
    return !stored.some((key) => this.isUsable(key) && key.signsFrom > before);
  }

  /** Takes keys out of the key set that signed nothing which has not expired. */
  async removeExpired(): Promise<void> {
    for (const [purpose, ms] of Object.entries(shownForMs) as [KeyPurpose, number][]) {
      const expired = lt(signingKeys.retiredAt, new Date(Date.now() - ms));
      await this.db
        .update(signingKeys)
        .set({ withdrawnAt: new Date() })
        .where(and(eq(signingKeys.purpose, purpose), isNull(signingKeys.withdrawnAt), expired));
    }
  }

  private async takeOver(
    tx: AuthTransaction,
    key: SigningKey,
    purpose: KeyPurpose,
    stored: readonly StoredSigningKey[],
    actor: Actor | undefined,
  ): Promise<NextKey> {
    const signsFrom = await publishKey(key, purpose, tx, this.encryption);
    const kids = stored.filter(({ retiredAt }) => retiredAt === null).map(({ kid }) => kid);
    await tx.update(signingKeys).set({ retiredAt: signsFrom }).where(inArray(signingKeys.kid, kids));
    const after = { kid: key.kid, purpose, signsFrom };
    await addAuditEntry(tx, { action: 'key-rotated', actor, subject: key.kid, before: { kids }, after });
    this.logger.log(`Key ${key.kid} signs from ${signsFrom.toISOString()} (${purpose})`);
    return { kid: key.kid, signsFrom };
  }

  /** What signs now: what is left, or the fresh key. A key that is to be retired soon is not enough. */
  private async signingAt(now: Date, fresh: SigningKey, tx: AuthTransaction): Promise<NextKey> {
    const left = await publishedKeys(tx, 'access-token');
    const ready = left.findLast((key) => this.isUsable(key) && key.signsFrom <= now);
    if (ready) return ready;
    return { kid: fresh.kid, signsFrom: await publishKey(fresh, 'access-token', tx, this.encryption, now) };
  }

  private isUsable({ algorithm, retiredAt }: StoredSigningKey): boolean {
    return retiredAt === null && algorithm === this.config.authSigningAlgorithm;
  }
}
