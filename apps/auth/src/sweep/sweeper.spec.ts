import { randomUUID } from 'node:crypto';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { exchangedTokens } from '../schema.js';
import { Sessions } from '../sessions/sessions.js';
import { type RunningAuth, startAuth } from '../testing/auth-service.js';
import { ExchangedTokens } from '../token-exchange/exchanged-tokens.js';
import { Sweeper } from './sweeper.js';

describe.each(testDatabases())('what has expired, on $kind,', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database);
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  const addDead = () =>
    auth.db.insert(exchangedTokens).values({
      tokenId: randomUUID(),
      subjectTokenId: randomUUID(),
      sub: 'alice',
      clientId: 'order',
      expiresAt: sql`now() - interval '2 minutes'`,
    });
  const stored = async () => (await auth.db.select().from(exchangedTokens)).length;

  test('is deleted at boot', async () => {
    await addDead();
    await auth.close();
    auth = await startAuth(database);
    expect(await stored()).toBe(0);
  });

  test('is deleted within five minutes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const sweeper = new Sweeper(auth.db, new Sessions(auth.db), new ExchangedTokens(auth.db, auth.log));
    sweeper.onModuleInit();
    onTestFinished(() => sweeper.onModuleDestroy());
    await addDead();
    vi.advanceTimersByTime(5 * 60_000);
    vi.useRealTimers();
    await vi.waitFor(async () => expect(await stored()).toBe(0), 5_000);
  });
});
