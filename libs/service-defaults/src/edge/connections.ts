import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type Socket, Server as TcpServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

const sweepEveryMs = 100;

/** Nobody is about to connect any more once nobody did in so many turns of so many milliseconds. */
const calm = { turns: 6, turnMs: 5, patienceMs: 1_000 };

/** A connection is closed at shutdown once it has been silent for so long: one whose client is at work is not. */
const quietMs = 1_000;

interface Use {
  /** The answers that are owed on this connection. */
  readonly owed: Set<ServerResponse>;
  /** What was received up to the moment from which it is quiet. */
  bytesRead: number;
  quietSince: number;
}

/**
 * The connections of a server, so that it can end without cutting an answer. Node's own `close` closes every connection
 * that is idle at that very moment, also one whose client is just sending its next request: that request would be lost.
 */
export class Connections {
  private readonly uses = new Map<Socket, Use>();
  private lastAnswers = false;
  /** How many there have been. */
  private opened = 0;

  /** While this is pending no request is begun; see {@link end}. */
  held: Promise<void> | undefined;

  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => this.begin(socket));
    server.prependListener('request', ({ socket }: IncomingMessage, response) => this.asked(socket, response));
  }

  /** From now on every answer is the last one of its connection, and says so (`Connection: close`, RFC 9112 §9.6). */
  announceEnd(): void {
    this.lastAnswers = true;
    for (const { owed } of this.uses.values()) for (const answer of owed) closeAfter(answer);
  }

  /** Accepts no further connection; resolves when all are closed. After `patienceMs` the rest is cut off. */
  async end(patienceMs: number): Promise<void> {
    const deadline = performance.now() + patienceMs;
    await this.stopAccepting();
    while (this.uses.size > 0 && performance.now() < deadline) {
      await sleep(sweepEveryMs);
      await nextTurn(); // what has arrived up to now has just been read
      this.closeQuiet();
    }
    for (const socket of this.uses.keys()) socket.destroy();
  }

  /**
   * The system makes connections before we take them from its queue, and resets those that are left in it. Where clients
   * open one for each request the queue is never empty: so no request is begun, and nobody comes again, until it is.
   */
  private async stopAccepting(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.held = promise;
    const deadline = performance.now() + calm.patienceMs;
    for (let turns = 0; turns < calm.turns && performance.now() < deadline; ) {
      const before = this.opened;
      await sleep(calm.turnMs);
      await nextTurn(); // a turn in which connections were accepted lies behind us
      turns = this.opened === before ? turns + 1 : 0;
    }
    TcpServer.prototype.close.call(this.server);
    this.held = undefined;
    resolve();
  }

  private begin(socket: Socket): void {
    this.opened += 1;
    this.uses.set(socket, { owed: new Set(), bytesRead: 0, quietSince: performance.now() });
    socket.once('close', () => this.uses.delete(socket));
  }

  private asked(socket: Socket, answer: ServerResponse): void {
    const use = this.uses.get(socket);
    if (use === undefined) return;
    use.owed.add(answer);
    if (this.lastAnswers) closeAfter(answer);
    answer.once('close', () => {
      use.owed.delete(answer);
      use.quietSince = performance.now();
    });
  }

  private closeQuiet(): void {
    const now = performance.now();
    for (const [socket, use] of this.uses) {
      if (use.owed.size > 0) continue;
      if (socket.bytesRead !== use.bytesRead) Object.assign(use, { bytesRead: socket.bytesRead, quietSince: now });
      else if (now - use.quietSince >= quietMs) socket.destroy();
    }
  }
}

function closeAfter(answer: ServerResponse): void {
  if (!answer.headersSent) answer.setHeader('Connection', 'close');
}
