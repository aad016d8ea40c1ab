import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@waybill/shop';
import { missingPostgres, postgresPrograms } from './postgres-programs.js';
import { runProgram } from './program.js';

/** How a server is stopped before it starts again: `immediate` is a crash, `fast` ends its connections in order. */
export type ShutdownMode = 'immediate' | 'fast';

type User = { uid: number; gid: number };

/**
 * A PostgreSQL server of our own, in a folder of its own, with its ordinary settings: what it acknowledges, it has synced.
 * It ends with {@link stop}, or with this process, however that ends.
 */
export class PostgresServer {
  private constructor(
    private readonly folder: string,
    private readonly programs: string,
    private readonly user: User | undefined,
    private readonly port: number,
    private readonly leash: ChildProcess,
  ) {}

  /** Makes a server and its databases. @throws Error with the remedy where PostgreSQL is not installed */
  static async start(folder: string, databases: readonly string[]): Promise<PostgresServer> {
    const programs = postgresPrograms();
    if (programs === undefined) throw new Error(missingPostgres());
    const user = await unprivileged();
    await mkdir(folder, { recursive: true });
    if (user) await chown(folder, user.uid, user.gid);
    const options = { user, folder };
    const data = ['--pgdata', join(folder, 'data')];
    const cluster = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C'];
    await runProgram(join(programs, 'initdb'), [...data, ...cluster], options);
    const port = await freePort();
    const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`;
    const log = ['--log', join(folder, 'log')];
    await runProgram(join(programs, 'pg_ctl'), ['start', ...data, ...log, '--wait', '--options', settings], options);
    const server = new PostgresServer(folder, programs, user, port, leash(programs, folder, user));
    await server.create(databases);
    return server;
  }

  /** The address of one of its databases. */
  urlOf(database: string): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  /** Stops it and starts it again; resolves when it takes connections. */
  async restart(mode: ShutdownMode): Promise<void> {
    const args = ['restart', '--pgdata', join(this.folder, 'data'), '--log', join(this.folder, 'log'), '--wait'];
    await this.run('pg_ctl', [...args, '--mode', mode]);
  }

  async stop(): Promise<void> {
    this.leash.stdin?.end();
    if (this.leash.exitCode === null) await once(this.leash, 'exit');
  }

  private async create(databases: readonly string[]): Promise<void> {
    const server = ['--host=127.0.0.1', `--port=${this.port}`, '--username=postgres'];
    try {
      for (const name of databases) await this.run('createdb', [...server, name]);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  private run(program: string, args: readonly string[]): Promise<string> {
    return runProgram(join(this.programs, program), args, { user: this.user, folder: this.folder });
  }
}

/** Stops the server when its standard input ends: when told to, and when this process is gone. */
function leash(programs: string, folder: string, user: User | undefined): ChildProcess {
  const script = `cat >/dev/null; exec "$0" stop --pgdata "$1" --mode immediate --wait`;
  const args = ['-c', script, join(programs, 'pg_ctl'), join(folder, 'data')];
  return spawn('/bin/sh', args, { ...user, cwd: folder, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`. */
async function unprivileged(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([runProgram('id', ['-u', 'postgres']), runProgram('id', ['-g', 'postgres'])]);
  return { uid: Number(uid), gid: Number(gid) };
}
