import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseReason, openDatabase } from '@waybill/database';
import { testDatabases } from '@waybill/database/testing';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { databaseOptions } from '../database.js';
import { claims } from './claim.table.js';
import { DrizzleClaims } from './drizzle.claims.js';

/** The first so many migrations, in a folder of their own. */
async function firstMigrations(folder: string, count: number): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'waybill-migrations-'));
  await cp(folder, copy, { recursive: true });
  const path = join(copy, 'meta/_journal.json');
  const journal = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }));
  return copy;
}

describe.each(testDatabases())('on the $kind database', (kind) => {
  test('a payment from before there were claims has its order, for ever', async () => {
    const { folder, url, drop } = await kind.create();
    const options = databaseOptions({ dataDir: folder, databaseUrl: url });
    const migrationsFolder = await firstMigrations(options.migrationsFolder, 2);
    const orderId = '0197f3a0-0000-7000-8000-000000000000';
    const before = await openDatabase({ ...options, migrationsFolder });
    await before.db.execute(sql`
      INSERT INTO payments (id, order_id, issuer, subject, amount, currency, payment_method)
      VALUES (gen_random_uuid(), ${orderId}, 'https://auth.example', 'alice', 1, 'EUR', 'pm_card_visa')`);
    await before.close();
    const { db, close } = await openDatabase(options);
    try {
      await new DrizzleClaims(db).fence(orderId);
      expect(await db.select().from(claims)).toMatchObject([{ id: orderId, kind: 'charge' }]);
      for (const change of [sql`UPDATE claims SET kind = 'fence'`, sql`DELETE FROM claims`, sql`TRUNCATE claims`]) {
        const refusal = await Promise.resolve(db.execute(change)).then(() => 'accepted', databaseReason);
        expect(refusal).toContain('claims are never changed');
      }
    } finally {
      await close();
      await drop();
      await rm(migrationsFolder, { recursive: true });
    }
  });
});
