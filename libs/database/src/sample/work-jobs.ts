import { setTimeout as sleep } from 'node:timers/promises';
import { Jobs } from '../jobs/index.js';
import { openDatabase } from '../open-database.js';
import { notes } from './notes.js';

/**
 * A process for tests that works on the queue `sample`: it says `<name> begins <job>`, takes `workMs` and notes
 * `<job> done by <name>`, which no job may twice. SIGTERM ends it as Nest would.
 */
const [name = '', workMs = '0', folder = '', migrationsFolder = '', url] = process.argv.slice(2);
const open = await openDatabase({ name: 'sample', schema: { notes }, migrationsFolder, folder, url });
const jobs = new Jobs(open);

jobs.queue('sample', { policy: 'exclusive', retryLimit: 20 });
jobs.work('sample', { pollingIntervalSeconds: 0.5, batchSize: 5, burstWhenBatchFull: true }, async (batch) => {
  for (const { id } of batch) process.stdout.write(`${name} begins ${id}\n`);
  await sleep(Number(workMs));
  await open.db.insert(notes).values(batch.map(({ id }) => ({ title: `${id} done by ${name}` })));
});
jobs.onApplicationBootstrap();

process.once('SIGTERM', async () => {
  await jobs.beforeApplicationShutdown();
  await jobs.onApplicationShutdown();
  await open.close();
  process.stdout.write(`${name} stopped\n`);
});
