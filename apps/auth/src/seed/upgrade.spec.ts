import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '@waybill/database';
import { testDatabases } from '@waybill/database/testing';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { authConfig } from '../config.js';
import { databaseOptions } from '../database.js';
import { grantedScopes } from '../grants/grants.js';
import * as schema from '../schema.js';

describe.each(testDatabases())('a database of the first release on $kind', ({ create }) => {
  test('lets the order service read the feed from the upgrade on, and nobody else', async () => {
    const place = await create();
    const options = databaseOptions(authConfig({ WAYBILL_DATA_DIR: place.folder, AUTH_DATABASE_URL: place.url ?? '' }));
    const before = await openDatabase({
      ...options,
      migrationsFolder: firstOf(options.migrationsFolder, join(place.folder, 'migrations')),
    });
    for (const [client, secretHash] of [
      ['order', 'a-hash'],
      ['demo-service', 'a-hash'],
      ['shop', null],
    ]) {
      await before.db.execute(sql`insert into subjects (sub, kind) values (${client}, 'client')`);
      await before.db.execute(sql`insert into clients (client_id, secret_hash) values (${client}, ${secretHash})`);
    }
    await before.db.execute(sql`insert into grants (sub, scope) values ('order', 'payment.settle')`);
    await before.close();

    const { db, close } = await openDatabase(options);
    expect(await grantedScopes(db, 'order')).toEqual(['payment.settle', 'events.read']);
    expect(await db.select().from(schema.grants)).toHaveLength(2);
    await close();
    await place.drop();
  }, 60_000);
});

/** A copy of the migrations, as they were when there was but one. */
function firstOf(migrations: string, folder: string): string {
  cpSync(migrations, folder, { recursive: true });
  const journal = join(folder, 'meta/_journal.json');
  const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8'));
  writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, 1) }));
  return folder;
}
