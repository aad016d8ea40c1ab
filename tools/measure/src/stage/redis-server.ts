import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@waybill/shop';

const patienceMs = 10_000;

/** A Redis server of our own, which may be flushed without asking anybody. It keeps nothing on disk, and ends with {@link stop}. */
export class RedisServer {
  private constructor(
    private readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /** Starts one; undefined where Redis is not installed. */
  static async start(): Promise<RedisServer | undefined> {
    if (spawnSync('redis-server', ['--version']).error) return undefined;
    const port = await freePort();
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const server = new RedisServer(port, spawn('redis-server', settings, { stdio: 'ignore', detached: true }));
    await server.answers();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Forgets everything that anybody has put into it. */
  async flush(): Promise<void> {
    const reply = await this.command('FLUSHALL');
    if (reply !== '+OK') throw new Error(`Redis answered FLUSHALL with ${reply}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  private async answers(): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while ((await this.command('PING').catch(() => '')) !== '+PONG') {
      if (performance.now() > deadline) throw new Error(`redis-server does not answer within ${patienceMs / 1000} s`);
      await delay(50);
    }
  }

  /** One inline command and the first line of its reply (RESP). */
  private async command(line: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    try {
      socket.write(`${line}\r\n`);
      const [reply] = await once(socket, 'data', { signal: AbortSignal.timeout(patienceMs) });
      return String(reply).trim();
    } finally {
      socket.destroy();
    }
  }
}
