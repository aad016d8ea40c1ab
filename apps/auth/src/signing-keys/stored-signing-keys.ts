import { and, eq, isNull } from 'drizzle-orm';
import type { AuthTransaction } from '../database.js';
import { signingKeys } from '../schema.js';
import type { KeyEncryption } from './key-encryption.js';
import type { KeyPurpose, SigningAlgorithm, SigningKey } from './signing-key.js';

/** A signing key as the database holds it. */
export type StoredSigningKey = typeof signingKeys.$inferSelect;

/** How long a key is published before it signs, so that every verifier has fetched it by then, in milliseconds. */
export const publishedAheadMs = 60_000;

/** The keys that the purpose's JWKS shows, oldest first. */
export function publishedKeys(db: Pick<AuthTransaction, 'select'>, purpose: KeyPurpose): Promise<StoredSigningKey[]> {
  return db
    .select()
    .from(signingKeys)
    .where(and(eq(signingKeys.purpose, purpose), isNull(signingKeys.withdrawnAt)))
    .orderBy(signingKeys.signsFrom, signingKeys.kid);
}

/**
 * Whether a key is published, and keeps it so until the transaction ends: who withdraws it waits, and then sees what this
 * transaction has done.
 */
export async function holdPublished(tx: AuthTransaction, kid: string): Promise<boolean> {
  const published = and(eq(signingKeys.kid, kid), isNull(signingKeys.withdrawnAt));
  const found = await tx.select({ kid: signingKeys.kid }).from(signingKeys).where(published).for('share');
  return found.length > 0;
}

/** What replicas hold while they make, retire or withdraw a key. */
export const keyMaking = 'waybill signing keys';

/** Whether one of these keys signs, or is going to sign, with the algorithm. */
export function hasKeyFor(algorithm: SigningAlgorithm, keys: readonly StoredSigningKey[]): boolean {
  return keys.some((key) => key.algorithm === algorithm && key.retiredAt === null);
}

/**
 * Publishes a key and answers from when it signs. The very first one of its purpose signs at once, any other after a
 * while, unless it is told from when; what signed before goes on until then.
 */
export async function publishKey(
  key: SigningKey,
  purpose: KeyPurpose,
  tx: AuthTransaction,
  encryption: KeyEncryption,
  from?: Date,
): Promise<Date> {
  const { kid, algorithm, publicJwk } = key;
  const isFirst = (await publishedKeys(tx, purpose)).length === 0;
  const privateKey = encryption.seal(kid, key.privateKey.export({ format: 'jwk' }));
  const signsFrom = from ?? new Date(Date.now() + (isFirst ? 0 : publishedAheadMs));
  await tx.insert(signingKeys).values({ kid, purpose, algorithm, publicJwk, privateKey, signsFrom });
  return signsFrom;
}

/** Seals anew what is stored in clear, or under another key than the configuration now puts first. */
export async function sealOutdated(tx: AuthTransaction, encryption: KeyEncryption): Promise<void> {
  for (const { kid, privateKey } of await tx.select().from(signingKeys)) {
    if (!encryption.isOutdated(privateKey)) continue;
    const sealed = encryption.seal(kid, encryption.open(kid, privateKey));
    await tx.update(signingKeys).set({ privateKey: sealed }).where(eq(signingKeys.kid, kid));
  }
}
