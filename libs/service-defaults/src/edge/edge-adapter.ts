import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';
import { Connections } from './connections.js';

/** How long answers that are owed may take once the service shuts down, the grace included. */
const patienceMs = 8_000;

/**
 * Fastify that ends without failing a request. From the first moment of a shutdown it is `ending` and every answer ends
 * its connection. After `graceMs`, in which it still accepts connections, and after the hooks that come before the
 * server's end, it accepts none, answers what it has been asked, and closes.
 */
export class EdgeAdapter extends FastifyAdapter {
  private readonly connections: Connections;
  private endsFrom: number | undefined;

  constructor(
    options: FastifyHttpOptions<Server>,
    private readonly graceMs: number,
  ) {
    super(options);
    const server = this.getInstance() as unknown as FastifyInstance;
    this.connections = new Connections(server.server);
    server.addHook('onRequest', (_request, _reply, done) => {
      if (this.connections.held) void this.connections.held.then(() => done());
      else done();
    });
  }

  /** Whether the service shuts down: whoever routes to it should go elsewhere. */
  get ending(): boolean {
    return this.endsFrom !== undefined;
  }

  /** @internal Nest calls it first of all. */
  override beforeClose(): void {
    super.beforeClose();
    this.endsFrom ??= performance.now();
    this.connections.announceEnd();
  }

  /** @internal */
  override async close(): Promise<void> {
    const elapsed = performance.now() - (this.endsFrom ?? 0);
    await sleep(Math.max(0, this.graceMs - elapsed));
    await this.connections.end(Math.max(0, patienceMs - Math.max(elapsed, this.graceMs)));
    await super.close();
  }
}
