import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { DatabaseError, type DatabaseOptions, isDatabaseAway, openDatabase } from '../index.js';
import { notes } from '../sample/notes.js';
import { type TestDatabase, testDatabases } from '../testing/index.js';

Logger.overrideLogger(false);

const migrationsFolder = join(import.meta.dirname, '../sample/migrations');
const postgres = testDatabases().find(({ kind }) => kind === 'postgres');

describe.runIf(postgres)('with a server', () => {
  let place: TestDatabase;
  let options: DatabaseOptions<{ notes: typeof notes }>;
  const servers: Server[] = [];

  beforeEach(async () => {
    if (postgres) place = await postgres.create();
    options = { name: 'sample', schema: { notes }, migrationsFolder, ...place };
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close();
    await place.drop();
  });

  test('migrates once however many open the database at the same time', async () => {
    const replicas = await Promise.all(Array.from({ length: 6 }, () => openDatabase(options)));
    const applied = await replicas[0]?.db.execute(sql`SELECT count(*)::int AS times FROM drizzle.__drizzle_migrations`);
    await Promise.all(replicas.map(({ close }) => close()));

    expect(applied).toMatchObject({ rows: [{ times: 1 }] });
  });

  test('survives the loss of idle connections', async () => {
    const { db, close } = await openDatabase(options);
    await Promise.all(Array.from({ length: 8 }, () => db.select().from(notes)));
    await terminateAll();

    await expect(db.select().from(notes)).resolves.toEqual([]);
    await close();
  });

  test('rejects a transaction whose connection is lost, survives, and keeps no half of it', async () => {
    const { db, close } = await openDatabase(options);
    const lost = db.transaction(async (tx) => {
      await tx.insert(notes).values({ title: 'half' });
      await terminateAll();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await tx.insert(notes).values({ title: 'other half' });
    });

    const error = await lost.catch((reason: unknown) => reason);
    expect(isDatabaseAway(error)).toBe(true);
    await expect(db.select().from(notes)).resolves.toEqual([]);
    await close();
  });

  test('loses no place in the pool when BEGIN meets a connection that has just died', async () => {
    const { db, close } = await openDatabase(options);
    for (let restart = 0; restart < 10; restart++) {
      await db.select().from(notes);
      terminateAllUnnoticed();
      const error = await db.transaction((tx) => tx.select().from(notes)).catch((reason: unknown) => reason);
      expect(isDatabaseAway(error)).toBe(true);
    }

    await expect(db.select().from(notes)).resolves.toEqual([]);
    await close();
  });

  test('waits for a server that is starting', async () => {
    const said = captureLog();
    const url = await serverThatRefuses('57P03', 'the database system is starting up', 2);
    const { ping, close } = await openDatabase({ ...options, url, connectTimeoutSeconds: 10 });

    await expect(ping()).resolves.toBeUndefined();
    await close();
    expect(said).toEqual([
      expect.stringMatching(/^sample: PostgreSQL at .+ cannot be reached yet \(.+starting up\); waiting up to 10 s$/),
    ]);
  });

  test('does not wait for a server that refuses the password', async () => {
    const url = await serverThatRefuses('28P01', 'password authentication failed for user "order"', Infinity);
    const started = Date.now();
    const attempt = openDatabase({ ...options, url: url.replace('//postgres@', '//postgres:hunter2@') });

    await expect(attempt).rejects.toThrow(/refuses: password authentication failed.+Correct DATABASE_URL/);
    await expect(attempt).rejects.not.toThrow('hunter2');
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  test('does not wait for a database that does not exist', async () => {
    const attempt = openDatabase({ ...options, url: `${place.url}_missing` });

    await expect(attempt).rejects.toThrow(DatabaseError);
    await expect(attempt).rejects.toThrow(/refuses: database ".+_missing" does not exist\. Correct DATABASE_URL/);
  });

  test('frees the migration lock when a replica dies in the middle', async () => {
    const dying = new pg.Client({ connectionString: place.url });
    dying.on('error', () => undefined);
    await dying.connect();
    await dying.query('SELECT pg_advisory_lock($1)', [0x77_61_79_62]);
    const waiting = openDatabase(options);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await dying.end();

    await (await waiting).close();
  });

  /** Ends every connection to the test's database but the one that does it. */
  async function terminateAll(): Promise<void> {
    const client = new pg.Client({ connectionString: place.url });
    await client.connect();
    await client.query(termination);
    await client.end();
  }

  /** The same while this process sleeps, so that it cannot have noticed yet. */
  function terminateAllUnnoticed(): void {
    const script = `import pg from 'pg'; const c = new pg.Client({ connectionString: process.argv[1] }); await c.connect(); await c.query(process.argv[2]); await c.end();`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script, place.url ?? '', termination], {
      cwd: import.meta.dirname,
    });
  }

  /** A server that answers the first connections with an error, and passes the later ones on to the real one. */
  async function serverThatRefuses(code: string, message: string, times: number): Promise<string> {
    const real = new URL(place.url ?? '');
    let refused = 0;
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      if (refused++ < times) {
        socket.once('data', () => socket.end(errorResponse(code, message)));
        return;
      }
      const upstream = connect({ host: real.hostname, port: Number(real.port || 5432) });
      upstream.on('error', () => socket.destroy());
      socket.pipe(upstream).pipe(socket);
    });
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    const url = new URL(real);
    url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return url.href;
  }
});

test('gives up on a server that nobody can reach after the time given', async () => {
  const options = { name: 'sample', schema: { notes }, migrationsFolder, folder: '', connectTimeoutSeconds: 1 };
  const attempt = openDatabase({ ...options, url: 'postgres://order:hunter2@127.0.0.1:1/order' });

  await expect(attempt).rejects.toThrow(DatabaseError);
  await expect(attempt).rejects.toThrow(
    'sample: PostgreSQL at 127.0.0.1:1/order could not be reached within 1 s (connect ECONNREFUSED 127.0.0.1:1). Start it, or correct DATABASE_URL.',
  );
});

const termination =
  'SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';

/** The lines said until the test is over, instead of on the screen. */
function captureLog(): string[] {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  Logger.overrideLogger({ log: say, warn: say, error: say });
  onTestFinished(() => Logger.overrideLogger(false));
  return lines;
}

/** An ErrorResponse of the PostgreSQL protocol, version 3. */
function errorResponse(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
