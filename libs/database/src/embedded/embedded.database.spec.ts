import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { mkdtempSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, expect, test } from 'vitest';
import { DatabaseError, type DatabaseOptions, openDatabase } from '../index.js';
import { notes } from '../sample/notes.js';

const folder = mkdtempSync(join(tmpdir(), 'waybill-embedded-'));
const sample = join(import.meta.dirname, '../../dist/sample');
const migrationsFolder = join(import.meta.dirname, '../sample/migrations');
const options = { name: 'sample', schema: { notes }, migrationsFolder, folder } satisfies DatabaseOptions;
const children: ChildProcessWithoutNullStreams[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('refuses a second process, and one that was killed leaves neither lock nor loss behind', async () => {
  const holder = await holdFolder();
  await expect(openDatabase(options)).rejects.toThrow(DatabaseError);
  await expect(openDatabase(options)).rejects.toThrow(
    `sample: the data folder ${folder} is in use by another process. Stop that process`,
  );

  holder.kill('SIGKILL');
  await once(holder, 'exit');

  const { db, close } = await openDatabase(options);
  expect(await db.select().from(notes).where(eq(notes.title, 'kept'))).toHaveLength(1);
  await expect(openDatabase(options)).rejects.toThrow('in use by another process');
  await close();
}, 60_000);

test('refuses `db` inside a transaction, which would wait for itself for ever', async () => {
  const { db, close } = await openDatabase(options);
  const attempt = db.transaction(() => db.select().from(notes));

  await expect(attempt).rejects.toThrow(expect.objectContaining({ cause: expect.any(TypeError) }));
  await expect(db.transaction((tx) => tx.select().from(notes))).resolves.toHaveLength(1);
  await close();
});

test.each([
  { fsync: true, rule: 'syncs each commit to the disk when asked to' },
  { fsync: false, rule: 'syncs no commit by default' },
])('$rule', async ({ fsync }) => {
  const { db, close } = await openDatabase({ ...options, fsync });
  const syncs = countSyncs();
  for (let commit = 0; commit < 10; commit++) await db.insert(notes).values({ title: crypto.randomUUID() });
  const counted = syncs.stop();
  await close();

  expect(counted >= 10).toBe(fsync);
  if (!fsync) expect(counted).toBe(0);
});

test('ends the process at once, with one line, when the disk is full', async () => {
  const filler = await holdFolder(['--import', join(sample, 'full-disk.js')], ['fill']);
  const said = text(filler.stderr);
  const [status] = await once(filler, 'exit');

  expect(status).toBe(1);
  expect(await said).toMatch(
    /^sample: the embedded database in .+ stopped: .*No space left on device\. Make room on the disk and start again; .+\n$/,
  );
  const { db, close } = await openDatabase(options);
  expect(await db.select().from(notes).where(eq(notes.title, 'kept'))).toHaveLength(1);
  await close();
});

test.each([
  ['below a file', join(import.meta.filename, 'data')],
  ['in place of a file', import.meta.filename],
  ['where the system allows none', '/proc/waybill/data'],
])('says that a folder %s cannot be written to', async (_, place) => {
  const attempt = openDatabase({ ...options, folder: place });
  await expect(attempt).rejects.toThrow(DatabaseError);
  await expect(attempt).rejects.toThrow(
    /^sample: the data folder .+ cannot be written to \(E[A-Z]+: .+WAYBILL_DATA_DIR\.$/,
  );
});

/** Another process that holds the folder open; resolved once it does. */
async function holdFolder(flags: string[] = [], more: string[] = []): Promise<ChildProcessWithoutNullStreams> {
  const script = join(sample, 'hold-folder.js');
  const child = spawn(process.execPath, [...flags, script, folder, migrationsFolder, ...more]);
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

/** Counts the syncs that reach the operating system from now on. */
function countSyncs(): { stop(): number } {
  const { fsyncSync } = fs;
  let count = 0;
  const replace = (sync: typeof fsyncSync) => {
    fs.fsyncSync = sync;
    syncBuiltinESMExports();
  };
  replace((descriptor) => {
    count++;
    fsyncSync(descriptor);
  });
  return {
    stop() {
      replace(fsyncSync);
      return count;
    },
  };
}
