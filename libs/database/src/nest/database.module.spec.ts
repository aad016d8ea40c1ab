import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { expect, onTestFinished, test } from 'vitest';
import { type Database, DatabaseHealth, DatabaseModule, InjectDatabase, isDatabaseAway } from '../index.js';
import { notes } from '../sample/notes.js';
import { testDatabases } from '../testing/index.js';

const migrationsFolder = join(import.meta.dirname, '../sample/migrations');

@Injectable()
class Notebook {
  constructor(@InjectDatabase() readonly db: Database<{ notes: typeof notes }>) {}
}

@Module({ providers: [Notebook], exports: [Notebook] })
class NotebookModule {}

test.each(testDatabases())('opens the $kind database for every module and closes it at shutdown', async (kind) => {
  const place = await kind.create();
  onTestFinished(place.drop);
  const database = DatabaseModule.forRoot({ name: 'sample', schema: { notes }, migrationsFolder, ...place });
  const app = await Test.createTestingModule({ imports: [database, NotebookModule] }).compile();
  const health = app.get(DatabaseHealth);

  await app.get(Notebook).db.insert(notes).values({ title: 'injected' });
  await expect(health.ping()).resolves.toBeUndefined();

  await app.close();
  const error = await health.ping().catch((reason: unknown) => reason);
  expect(isDatabaseAway(error)).toBe(true);
});
