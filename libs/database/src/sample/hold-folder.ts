import { eq } from 'drizzle-orm';
import { openDatabase } from '../open-database.js';
import { notes } from './notes.js';

/**
 * A process for tests that opens an embedded folder, writes the row `kept`, says `open` and stays. With `fill` it
 * goes on writing until it cannot.
 */
const [folder = '', migrationsFolder = '', then] = process.argv.slice(2);
const { db } = await openDatabase({ name: 'sample', schema: { notes }, migrationsFolder, folder });
await db.insert(notes).values({ title: 'kept' }).onConflictDoNothing();
process.stdout.write('open\n');

const stay = setInterval(() => undefined, 60_000);
while (then === 'fill') {
  await db.insert(notes).values({ title: crypto.randomUUID() });
  await db.update(notes).set({ likes: 1 }).where(eq(notes.title, 'kept'));
}
process.once('SIGTERM', () => clearInterval(stay));
