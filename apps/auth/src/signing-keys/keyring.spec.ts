import { randomBytes } from 'node:crypto';
import { type OpenDatabase, openDatabase } from '@waybill/database';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AuthConfig, authConfig } from '../config.js';
import { databaseOptions } from '../database.js';
import * as schema from '../schema.js';
import { Keyring } from './keyring.js';
import type { KeyPurpose } from './signing-key.js';

const encryptionKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [k1, k2] = [encryptionKey('k1'), encryptionKey('k2')];

describe.each(testDatabases())('signing keys on $kind', ({ kind, create }) => {
  let place: TestDatabase;
  let database: OpenDatabase<typeof schema>;

  const configured = (variables: NodeJS.ProcessEnv = {}): AuthConfig =>
    authConfig({ WAYBILL_DATA_DIR: place.folder, AUTH_DATABASE_URL: place.url ?? '', ...variables });

  /** The keyring as a boot with this configuration unlocks it. */
  const unlocked = async (
    variables: NodeJS.ProcessEnv = {},
    { db } = database,
    purpose: KeyPurpose = 'access-token',
  ): Promise<Keyring> => {
    const keyring = new Keyring(configured(variables), db, purpose);
    await keyring.unlock();
    keyring.onModuleDestroy();
    return keyring;
  };

  const encrypted = (...keys: string[]) => ({ AUTH_KEY_ENCRYPTION_KEYS: keys.join(',') });
  const stored = () => database.db.select().from(schema.signingKeys);

  beforeAll(async () => {
    place = await create();
    database = await openDatabase(databaseOptions(configured()));
  });

  beforeEach(async () => {
    await database.db.delete(schema.signingKeys);
  });

  afterAll(async () => {
    await database.close();
    await place.drop();
  });

  test('are created at the first start, sign at once, and stay', async () => {
    const first = await unlocked();
    const { kid, algorithm } = first.current();
    expect(algorithm).toBe('ES256');
    expect(first.publicKeys()).toMatchObject([{ kid, alg: 'ES256', use: 'sig' }]);
    expect((await unlocked()).current().kid).toBe(kid);
  });

  test('are stored without a private member in clear where encryption is configured', async () => {
    const keyring = await unlocked(encrypted(k1));
    const { d } = keyring.current().privateKey.export({ format: 'jwk' });
    const [row] = await stored();
    expect(row?.privateKey).toEqual({
      encryptedWith: 'k1',
      iv: expect.any(String),
      ciphertext: expect.any(String),
      tag: expect.any(String),
    });
    const text = JSON.stringify(row);
    expect(text).not.toContain(d);
    expect(text).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
  });

  test('that are stored in clear are encrypted at the first boot that can', async () => {
    const { kid } = (await unlocked()).current();
    expect((await stored())[0]?.privateKey).toHaveProperty('jwk');
    expect((await unlocked(encrypted(k1))).current().kid).toBe(kid);
    expect((await stored())[0]?.privateKey).toMatchObject({ encryptedWith: 'k1' });
  });

  test('move to a new encryption key that comes first, so that the old one can go', async () => {
    const { kid } = (await unlocked(encrypted(k1))).current();
    await unlocked(encrypted(k2, k1));
    expect((await unlocked(encrypted(k2))).current().kid).toBe(kid);
  });

  test.each([
    ['another key under the same id', encrypted(encryptionKey('k1')), /"k1" is not the one .* Restore/],
    ['only other keys', encrypted(k2), /encrypted with key "k1", which is not in the list. Add/],
    ['no keys', {}, /encrypted with key "k1", which is not in the list. Add/],
  ])('stop the boot with the remedy where they were encrypted and there are %s', async (_, variables, message) => {
    await unlocked(encrypted(k1));
    await expect(unlocked(variables)).rejects.toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: expect.stringMatching(message) }),
    );
    expect(await stored()).toHaveLength(1);
  });

  test('of another algorithm are published 60 s before they sign', async () => {
    const first = (await unlocked()).current();
    const during = await unlocked({ AUTH_SIGNING_ALGORITHM: 'RS256' });
    expect(during.current().kid).toBe(first.kid);
    expect(during.publicKeys().map(({ alg }) => alg)).toEqual(['ES256', 'RS256']);
    const [added] = (await stored()).filter(({ algorithm }) => algorithm === 'RS256');
    expect(Number(added?.signsFrom) - Number(added?.publishedAt)).toBeGreaterThan(59_000);
    await database.db.update(schema.signingKeys).set({ signsFrom: sql`now() - interval '1 second'` });
    const after = await unlocked({ AUTH_SIGNING_ALGORITHM: 'RS256' });
    expect(after.current()).toMatchObject({ kid: added?.kid, algorithm: 'RS256' });
    expect(after.publicKeys()).toHaveLength(2);
  });

  test('sign no more once retired, and leave the JWKS once withdrawn', async () => {
    const first = (await unlocked()).current();
    await database.db.update(schema.signingKeys).set({ retiredAt: sql`now()` });
    const next = await unlocked();
    expect(next.current().kid).not.toBe(first.kid);
    expect(next.publicKeys()).toHaveLength(2);
    await database.db.update(schema.signingKeys).set({ withdrawnAt: sql`now()` }).where(sql`retired_at is not null`);
    expect((await unlocked()).publicKeys().map(({ kid }) => kid)).toEqual([next.current().kid]);
  });

  test('of security events are others than those of access tokens, and neither JWKS shows both', async () => {
    const ofTokens = await unlocked();
    const ofEvents = await unlocked({}, database, 'security-event');
    expect(ofEvents.publicKeys().map(({ kid }) => kid)).toEqual([ofEvents.current().kid]);
    expect((await unlocked()).publicKeys().map(({ kid }) => kid)).toEqual([ofTokens.current().kid]);
    expect(ofEvents.current().kid).not.toBe(ofTokens.current().kid);
  });

  test.runIf(kind === 'postgres')('end up as one where replicas start for the first time together', async () => {
    const other = await openDatabase(databaseOptions(configured()));
    try {
      const boots = [database, other, database, other].map((replica) =>
        unlocked({ AUTH_SIGNING_ALGORITHM: 'PS256' }, replica),
      );
      const kids = (await Promise.all(boots)).map((keyring) => keyring.current().kid);
      expect(new Set(kids).size).toBe(1);
      expect(await stored()).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});
