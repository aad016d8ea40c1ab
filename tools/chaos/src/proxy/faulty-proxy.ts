import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../seed/random.js';
import { endings } from './ending.js';
import { type Fate, type FaultKind, faultKinds, nextFate } from './fault.js';
import { deliver, type Received, type Reply, receive } from './message.js';

/** What a proxy is told. */
export interface FaultyProxyOptions {
  /** Where the requests go. */
  target: string;
  random: Random;
  /** How long the caller waits for an answer, milliseconds. */
  timeoutMs: number;
}

/**
 * Passes requests on as they are, and makes what a network can make of them: lost, late, doubled, cut. What becomes of the
 * n-th request is a matter of the seed alone.
 */
export class FaultyProxy {
  /** How often each fault was brought about. */
  readonly counts = new Map<FaultKind, number>(faultKinds.map((kind) => [kind, 0]));
  /** How many requests came in. */
  requests = 0;
  /** What was sent to where a redirect pointed: nobody may follow one, least of all with a token. */
  readonly strays: string[] = [];

  private readonly healed = new AbortController();
  private readonly server: Server;
  private readonly elsewhere: Server;
  private readonly underway = new Set<Promise<unknown>>();

  private constructor(private readonly options: FaultyProxyOptions) {
    this.server = createServer((request, response) => void this.pass(request, response));
    this.elsewhere = createServer(({ method, url }, response) => {
      this.strays.push(`${method} ${url}`);
      response.end();
    });
  }

  /** Starts to listen on ports of its own. */
  static async start(options: FaultyProxyOptions): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(options);
    await Promise.all(
      [proxy.server, proxy.elsewhere].map((server) => once(server.listen(0, '127.0.0.1'), 'listening')),
    );
    return proxy;
  }

  /** The address for which it stands. */
  get url(): string {
    return urlOf(this.server);
  }

  /** Ends the faults: what was held back is delivered now, and what comes passes unharmed. Resolves when nothing is under way. */
  async heal(): Promise<void> {
    this.healed.abort();
    await Promise.allSettled(this.underway);
  }

  async close(): Promise<void> {
    await this.heal();
    for (const server of [this.server, this.elsewhere]) {
      server.closeAllConnections();
      server.close();
    }
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {}); // the caller has gone; payment gets the request all the same
    const fate = this.nextFate();
    const received = await receive(request).catch(() => undefined);
    if (!received) return;
    const [first, ...others] = fate.deliveries.map((afterMs) => this.deliver(received, afterMs));
    for (const delivery of others) void this.keep(delivery);
    await this.keep(this.end(response, fate, first));
  }

  private nextFate(): Fate {
    this.requests += 1;
    const fate = nextFate(this.options.random, this.options.timeoutMs);
    if (this.healed.signal.aborted) return { kind: 'none', deliveries: [0], ending: 'answer', heldMs: 0 };
    if (fate.kind !== 'none') this.counts.set(fate.kind, (this.counts.get(fate.kind) ?? 0) + 1);
    return fate;
  }

  /** Undefined where payment gave no complete answer. */
  private async deliver(received: Received, afterMs: number): Promise<Reply | undefined> {
    await this.wait(afterMs);
    return deliver(new URL(this.options.target), received).catch(() => undefined);
  }

  private async end(
    response: ServerResponse,
    fate: Fate,
    first: Promise<Reply | undefined> | undefined,
  ): Promise<void> {
    const reply = await first;
    await this.wait(fate.heldMs);
    if (response.socket?.destroyed !== false) return;
    endings[fate.ending](response, reply, `${urlOf(this.elsewhere)}/payments`);
  }

  private async wait(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.healed.signal }).catch(() => undefined);
  }

  private keep<T>(work: Promise<T>): Promise<T> {
    this.underway.add(work);
    void work.finally(() => this.underway.delete(work));
    return work;
  }
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
