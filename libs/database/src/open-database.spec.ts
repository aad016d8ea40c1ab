import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatabaseError, type DatabaseOptions, isUniqueViolation, type OpenDatabase, openDatabase } from './index.js';
import { notes } from './sample/notes.js';
import { type TestDatabase, testDatabases } from './testing/index.js';

const schema = { notes };
const migrationsFolder = join(import.meta.dirname, 'sample/migrations');

describe.each(testDatabases())('on the $kind database', ({ kind, create }) => {
  let place: TestDatabase;
  let options: DatabaseOptions<typeof schema>;
  let open: OpenDatabase<typeof schema>;

  beforeAll(async () => {
    place = await create();
    options = { name: 'sample', schema, migrationsFolder, ...place };
    open = await openDatabase(options);
  });

  afterAll(async () => {
    await open.close();
    await place.drop();
  });

  test('says which kind it is and answers', async () => {
    expect(open.kind).toBe(kind);
    await expect(open.ping()).resolves.toBeUndefined();
  });

  test('gives a row back as it was written, with what the database added', async () => {
    await open.db.insert(notes).values({ title: 'round trip' });

    const row = await open.db.query.notes.findFirst({ where: eq(notes.title, 'round trip') });
    expect(row).toMatchObject({ title: 'round trip', likes: 0, id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(row?.createdAt).toBeInstanceOf(Date);
  });

  test('names the constraint that refused a second row of the same key', async () => {
    await open.db.insert(notes).values({ title: 'unique' });

    const error = await open.db
      .insert(notes)
      .values({ title: 'unique' })
      .catch((reason: unknown) => reason);
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'notes_title_unique')).toBe(true);
    expect(isUniqueViolation(error, 'notes_pkey')).toBe(false);
  });

  test('undoes a transaction that throws, and keeps one that returns', async () => {
    const undone = open.db.transaction(async (tx) => {
      await tx.insert(notes).values({ title: 'undone' });
      throw new Error('changed my mind');
    });
    await expect(undone).rejects.toThrow('changed my mind');
    await open.db.transaction((tx) =>
      tx
        .insert(notes)
        .values({ title: 'done' })
        .then(() => undefined),
    );

    expect(await titles(['undone', 'done'])).toEqual(['done']);
  });

  test('undoes only the inner of two transactions', async () => {
    await open.db.transaction(async (tx) => {
      await tx.insert(notes).values({ title: 'outer' });
      await expect(
        tx.transaction(async (inner) => {
          await inner.insert(notes).values({ title: 'inner' });
          throw new Error('inner');
        }),
      ).rejects.toThrow('inner');
    });

    expect(await titles(['outer', 'inner'])).toEqual(['outer']);
  });

  test('serves many at once', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `many ${index}`);
    await Promise.all(many.map((title) => open.db.insert(notes).values({ title })));

    expect(await titles(many)).toHaveLength(40);
  });

  test('finds its rows again and migrates nothing twice when it is reopened', async () => {
    await open.db.insert(notes).values({ title: 'reopened' });
    await open.close();
    open = await openDatabase(options);

    expect(await titles(['reopened'])).toEqual(['reopened']);
    const applied = await open.db.execute(sql`SELECT hash FROM drizzle.__drizzle_migrations`);
    expect(applied).toMatchObject({ rows: [{}] });
    expect(applied).not.toMatchObject({ rows: [{}, {}] });
  });

  test('says in one line which migrations cannot be applied', async () => {
    await open.close();
    const attempt = openDatabase({ ...options, migrationsFolder: '/nowhere/migrations' });

    await expect(attempt).rejects.toThrow(DatabaseError);
    await expect(attempt).rejects.toThrow(/^sample: the migrations in \/nowhere\/migrations cannot be applied: .+\.$/);
    open = await openDatabase(options);
  });

  async function titles(among: string[]): Promise<string[]> {
    const rows = await open.db.select({ title: notes.title }).from(notes);
    return rows.map(({ title }) => title).filter((title) => among.includes(title));
  }
});
