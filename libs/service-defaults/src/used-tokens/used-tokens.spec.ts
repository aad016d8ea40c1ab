import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createTestIssuer } from '@waybill/auth/testing';
import { isDatabaseAway, type OpenDatabase, openDatabase } from '@waybill/database';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ask } from '../sample/clients.js';
import { startSample } from '../sample/sample-process.js';
import { DrizzleUsedTokens } from './drizzle.used-tokens.js';
import { usedTokens } from './used-token.table.js';

const migrationsFolder = join(import.meta.dirname, '../sample/migrations');
const issuer = 'https://issuer.example';
const inAnHour = Math.floor(Date.now() / 1000) + 3600;

describe.each(testDatabases())('the record of used tokens on the $kind database', ({ create }) => {
  let place: TestDatabase;
  let database: OpenDatabase<{ usedTokens: typeof usedTokens }>;
  let record: DrizzleUsedTokens;

  beforeAll(async () => {
    place = await create();
    database = await openDatabase({ name: 'sample', schema: { usedTokens }, migrationsFolder, ...place });
    record = new DrizzleUsedTokens(database.db);
  });

  afterAll(async () => {
    await database.close();
    await place.drop();
  });

  const useOf = (purpose?: string, tokenId: string = randomUUID(), until = inAnHour) => ({
    issuer,
    tokenId,
    until,
    ...(purpose !== undefined && { purpose }),
  });

  test('gives one of 64 uses at the same time the token', async () => {
    const use = useOf();
    const answers = await Promise.all(Array.from({ length: 64 }, () => record.use(use)));
    expect(answers.filter((answer) => answer === 'first')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'used')).toHaveLength(63);
  });

  test('gives all of 64 uses for one purpose the token, and one of them first', async () => {
    const use = useOf('a');
    const answers = await Promise.all(Array.from({ length: 64 }, () => record.use(use)));
    expect(answers.filter((answer) => answer === 'first')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'repeat')).toHaveLength(63);
  });

  test('gives it to no other purpose', async () => {
    const { tokenId } = useOf();
    expect(await record.use(useOf('a', tokenId))).toBe('first');
    expect(await record.use(useOf('b', tokenId))).toBe('used');
    expect(await record.use(useOf(undefined, tokenId))).toBe('used');
    expect(await record.use({ ...useOf('a', tokenId), issuer: 'https://other.example' })).toBe('first');
  });

  test('repeats nothing that was used without a purpose', async () => {
    const { tokenId } = useOf();
    expect(await record.use(useOf(undefined, tokenId))).toBe('first');
    expect(await record.use(useOf('a', tokenId))).toBe('used');
    expect(await record.use(useOf(undefined, tokenId))).toBe('used');
  });

  test('forgets in time, and not before', async () => {
    const now = Date.now() / 1000;
    const [old, young] = [useOf(undefined, 'old', now - 3700), useOf(undefined, 'young', now - 3500)];
    for (const use of [old, young]) await record.use(use);
    await database.db
      .insert(usedTokens)
      .values(Array.from({ length: 2500 }, (_, index) => ({ issuer, tokenId: `${index}`, until: new Date(0) })));
    await record.prune();
    const kept = await database.db.select({ tokenId: usedTokens.tokenId }).from(usedTokens);
    expect(kept.map(({ tokenId }) => tokenId)).not.toContain('old');
    expect(kept.filter(({ tokenId }) => /^\d+$/.test(tokenId))).toEqual([]);
    expect(await record.use(young)).toBe('used');
  });
});

test.each(testDatabases().filter(({ kind }) => kind === 'postgres'))(
  'two replicas on $kind take a token once between them, of 64 requests at the same time',
  async ({ create }) => {
    const [tokens, place] = await Promise.all([createTestIssuer(), create()]);
    const variables = { TOKEN_ISSUER: tokens.url, DATABASE_URL: place.url, WAYBILL_DATA_DIR: place.folder };
    const replicas = [await startSample(variables), await startSample(variables)];
    onTestFinished(async () => {
      for (const { child, ended } of replicas) {
        child.kill('SIGKILL');
        await ended;
      }
      await tokens.close();
      await place.drop();
    });
    for (const { url } of replicas)
      await vi.waitFor(async () => expect(await ask(`${url}/health/ready`)).toBe('200'), { timeout: 60_000 });
    const headers = { authorization: `Bearer ${tokens.token({ audience: 'order.service' })}` };
    const statuses = await Promise.all(
      Array.from({ length: 64 }, async (_, index) => {
        const url = replicas[index % 2]?.url;
        return (await fetch(`${url}/guarded/once`, { method: 'POST', headers })).status;
      }),
    );
    expect(statuses.toSorted()).toEqual([201, ...Array.from({ length: 63 }, () => 401)]);
  },
  90_000,
);

test('rejects while the database is away, so that the guard waits', async () => {
  const kind = testDatabases().at(-1);
  if (!kind) throw new Error('there is no kind of database to test with');
  const place = await kind.create();
  const database = await openDatabase({ name: 'sample', schema: { usedTokens }, migrationsFolder, ...place });
  await database.close();
  const failure = await new DrizzleUsedTokens(database.db)
    .use({ issuer, tokenId: 't1', until: inAnHour })
    .catch((error: unknown) => error);
  expect(isDatabaseAway(failure)).toBe(true);
  await place.drop();
});
