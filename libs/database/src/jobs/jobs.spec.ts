import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type OpenDatabase, openDatabase } from '../index.js';
import { notes } from '../sample/notes.js';
import { type TestDatabase, testDatabases } from '../testing/index.js';
import { Jobs } from './index.js';

Logger.overrideLogger(false);

const script = join(import.meta.dirname, '../../dist/sample/work-jobs.js');
const migrationsFolder = join(import.meta.dirname, '../sample/migrations');
const workers: ChildProcessWithoutNullStreams[] = [];
const patience = { timeout: 20_000, interval: 50 };

describe.each(testDatabases())('on the $kind database', ({ kind, create }) => {
  let place: TestDatabase;
  let open: OpenDatabase | undefined;
  let jobs: Jobs | undefined;

  beforeEach(async () => {
    place = await create();
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) worker.kill('SIGKILL');
    await stop();
    await place.drop();
  });

  test('does each job once, and takes no second one under the same key', async () => {
    const done: unknown[] = [];
    const { send } = await start((queue) => {
      queue.queue('sample', { policy: 'exclusive' });
      queue.work('sample', { pollingIntervalSeconds: 0.5 }, async ([job]) => done.push(job?.data));
    });

    expect(await send('sample', { order: 7 }, { singletonKey: '7' })).toEqual(expect.any(String));
    expect(await send('sample', { order: 7 }, { singletonKey: '7' })).toBeNull();
    await vi.waitFor(() => expect(done).toEqual([{ order: 7 }]), patience);
  });

  test('does a job again whose handler threw, and keeps nothing but the reason', async () => {
    const attempts: string[] = [];
    const { send } = await start((queue) => {
      queue.queue('sample', { retryLimit: 1 });
      queue.work('sample', { pollingIntervalSeconds: 0.5 }, async ([job]) => {
        if (attempts.push(job?.id ?? '') < 3) throw new Error('not yet', { cause: secretive('refused') });
      });
    });

    const id = await send('sample', {});
    await vi.waitFor(() => expect(attempts).toEqual([id, id]), patience);
    await vi.waitFor(async () => expect(await stored()).toMatch('refused'), patience);
    expect(await stored()).not.toMatch('hunter2');
  });

  test('stores a job with the transaction it belongs to, or not at all', async () => {
    const done: unknown[] = [];
    const { send } = await start((queue) => {
      queue.queue('sample');
      queue.work('sample', { pollingIntervalSeconds: 0.5 }, async ([job]) => done.push(job?.data));
    });
    await send('sample', { first: true });
    const undone = open?.db.transaction(async (tx) => {
      await send('sample', { kept: false }, { transaction: tx });
      throw new Error('changed my mind');
    });
    await expect(undone).rejects.toThrow('changed my mind');
    await open?.db.transaction(async (tx) => void (await send('sample', { kept: true }, { transaction: tx })));

    await vi.waitFor(() => expect(done).toEqual([{ first: true }, { kept: true }]), patience);
  });

  test('finishes at shutdown what it has begun, begins nothing more, and takes jobs until the end', async () => {
    const begun: string[] = [];
    let finished = 0;
    const { send } = await start((queue) => {
      queue.queue('sample');
      queue.work('sample', { pollingIntervalSeconds: 0.5 }, async ([job]) => {
        begun.push(job?.id ?? '');
        await new Promise((resolve) => setTimeout(resolve, 700));
        finished++;
      });
    });
    const first = await send('sample', {});
    await vi.waitFor(() => expect(begun).toEqual([first]), patience);

    await jobs?.beforeApplicationShutdown();
    expect(await send('sample', {})).toEqual(expect.any(String));
    await stop();
    expect({ begun, finished }).toEqual({ begun: [first], finished: 1 });
  });

  test('does the job of a killed process again within about ten seconds', async () => {
    const { send } = await start((queue) => queue.queue('sample', { policy: 'exclusive', retryLimit: 20 }));
    const id = await send('sample', {}, { singletonKey: 'once' });
    await stop();

    const doomed = work('doomed', 600_000);
    await said(doomed, `doomed begins ${id}`);
    doomed.kill('SIGKILL');
    await once(doomed, 'exit');
    const killed = Date.now();

    const heir = work('heir', 0);
    await said(heir, `heir begins ${id}`);
    expect(Date.now() - killed).toBeLessThan(13_000);
    heir.kill('SIGTERM');
    await said(heir, 'heir stopped');
    expect(await titles()).toEqual([`${id} done by heir`]);
  }, 60_000);

  test('refuses a queue that is declared too late, and a job before the queue has started', async () => {
    await start((queue) => queue.queue('sample'));
    expect(() => jobs?.queue('late')).toThrow(/Declare queues and workers in onModuleInit\.$/);
    await expect(new Jobs(await opened()).send('sample', {})).rejects.toThrow('The job queue has not started');
  });

  test.runIf(kind === 'postgres')(
    'starts in many replicas at once, and gives no job to two of them',
    async () => {
      const replicas = ['a', 'b', 'c', 'd'].map((name) => work(name, 50));
      const lines = replicas.map(collect);
      const { send } = await start((queue) => queue.queue('sample', { policy: 'exclusive', retryLimit: 20 }));
      const ids: (string | null)[] = [];
      for (let job = 0; job < 100; job++) ids.push(await send('sample', {}, { singletonKey: `${job}` }));

      await vi.waitFor(async () => expect(await titles()).toHaveLength(100), patience);
      const begun = lines.flatMap((each) => each()).flatMap((line) => line.split(' begins ').slice(1));
      expect(begun.toSorted()).toEqual(ids.toSorted());
    },
    60_000,
  );

  test.runIf(kind === 'postgres')(
    'goes on where its connections are lost again and again',
    async () => {
      const done = new Set<string>();
      const { send } = await start((queue) => {
        queue.queue('sample', { retryLimit: 20 });
        queue.work('sample', { pollingIntervalSeconds: 0.5 }, async ([job]) => done.add(job?.id ?? ''));
      });
      const ids = await Promise.all(Array.from({ length: 8 }, () => send('sample', {})));
      const axe = new pg.Client({ connectionString: place.url });
      await axe.connect();
      for (let loss = 0; loss < 10; loss++) {
        await axe.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%-jobs'`);
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      await axe.end();

      await vi.waitFor(() => expect([...done].toSorted()).toEqual(ids.toSorted()), patience);
    },
    40_000,
  );

  async function opened(): Promise<OpenDatabase> {
    open ??= await openDatabase({ name: 'sample', schema: { notes }, migrationsFolder, ...place });
    return open;
  }

  async function start(declare: (queue: Jobs) => void): Promise<Pick<Jobs, 'send'>> {
    const started = new Jobs(await opened());
    jobs = started;
    declare(started);
    started.onApplicationBootstrap();
    return { send: (...job) => started.send(...job) };
  }

  async function stop(): Promise<void> {
    await jobs?.onApplicationShutdown();
    await open?.close();
    [jobs, open] = [undefined, undefined];
  }

  /** Another process that works on the queue `sample`, each batch for so long. */
  function work(name: string, workMs: number): ChildProcessWithoutNullStreams {
    const child = spawn(
      process.execPath,
      [script, name, `${workMs}`, place.folder, migrationsFolder, place.url ?? []].flat(),
    );
    workers.push(child);
    return child;
  }

  /** All that the table of jobs holds. */
  async function stored(): Promise<string> {
    return JSON.stringify(await open?.db.execute(sql`SELECT * FROM jobs.job WHERE output IS NOT NULL`));
  }

  async function titles(): Promise<string[]> {
    const { db } = await opened();
    const rows = await db.select({ title: notes.title }).from(notes);
    return rows.map(({ title }) => title);
  }
});

/** An error that, like those of HTTP clients, knows what was sent. */
function secretive(reason: string): Error {
  return Object.assign(new Error(reason), { config: { headers: { authorization: 'hunter2' } } });
}

/** The lines that a process has said so far. */
function collect({ stdout }: ChildProcessWithoutNullStreams): () => string[] {
  let text = '';
  stdout.on('data', (chunk) => {
    text += chunk;
  });
  return () => text.split('\n').filter(Boolean);
}

async function said(child: ChildProcessWithoutNullStreams, line: string): Promise<void> {
  const lines = collect(child);
  await vi.waitFor(() => expect(lines()).toContain(line), patience);
}
