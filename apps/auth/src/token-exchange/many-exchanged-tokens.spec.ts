import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchangedTokens, securityEventLog } from '../schema.js';
import { type RunningAuth, startAuth } from '../testing/auth-service.js';
import { ExchangedTokens } from './exchanged-tokens.js';

/** More than a statement has places for parameters: 65,535. */
const many = 66_000;

describe.each(testDatabases())('of very many exchanged tokens on $kind', ({ kind, create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;
  let exchanged: ExchangedTokens;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database);
    exchanged = new ExchangedTokens(auth.db, auth.log);
    await auth.db.execute(sql`
      insert into ${exchangedTokens} (token_id, subject_token_id, subject_key_id, sub, client_id, expires_at)
      select 'child-' || n, 'token-' || n % 100, 'old-key', 'alice', 'order', now() + interval '5 minutes'
      from generate_series(1, ${sql.raw(String(many))}) n`);
    const row = { subjectTokenId: 'child-7', subjectKeyId: null, sub: 'alice', clientId: 'payment' };
    await auth.db.insert(exchangedTokens).values([
      { ...row, tokenId: 'grandchild', expiresAt: sql`now() + interval '4 minutes'` },
      { ...row, tokenId: 'still taken', expiresAt: sql`now() - interval '20 seconds'` },
      { ...row, tokenId: 'dead', expiresAt: sql`now() - interval '2 minutes'` },
    ]);
  }, 120_000);

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  const found = async (find: Parameters<typeof auth.db.transaction>[0]) => {
    const tokens = (await auth.db.transaction(find)) as { tokenId: string }[];
    return tokens.map(({ tokenId }) => tokenId);
  };
  const tell = (ids: string[]) => ({
    found: ids.length,
    distinct: new Set(ids).size,
    others: ids.filter((id) => !id.startsWith('child-')).toSorted(),
  });
  const others = ['grandchild', 'still taken'];

  test('all are found that came of tokens that a key signed, each once, and none that nobody takes any more', async () => {
    const ids = await found((tx) => exchanged.cameFromSignedBy(tx, 'old-key'));
    expect(tell(ids)).toEqual({ found: many + 2, distinct: many + 2, others });
  }, 60_000);

  test('all are found that a client got, and what came of these', async () => {
    const ids = await found((tx) => exchanged.gotBy(tx, 'order'));
    expect(tell(ids)).toEqual({ found: many + 2, distinct: many + 2, others });
  }, 60_000);

  test('those of one token are found', async () => {
    const ids = await found((tx) => exchanged.cameFrom(tx, 'token-7'));
    expect(tell(ids)).toEqual({ found: many / 100 + 2, distinct: many / 100 + 2, others });
  });

  // A minute's work on the embedded database, and the same statements.
  test.runIf(kind === 'postgres')(
    'all are taken back in one transaction, with an event each',
    async () => {
      const position = async () => (await auth.db.select().from(securityEventLog))[0]?.position ?? 0;
      const before = await position();
      await auth.db.transaction(async (tx) => exchanged.takeBack(tx, await exchanged.gotBy(tx, 'order')));
      expect((await position()) - before).toBe(many + 2);
    },
    240_000,
  );
});
