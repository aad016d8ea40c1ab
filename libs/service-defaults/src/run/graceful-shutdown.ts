import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

const sweepMs = 100;
const patienceMs = 10_000;

/**
 * Ends a service without cutting an answer: requests that have begun are answered, and connections that are idle or
 * never carried a request are closed, so that no client's keep-alive holds the process. After ten seconds the rest is
 * cut off.
 */
@Injectable()
export class GracefulShutdown implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('Service');
  /** Connections that have not carried a request yet: Node does not count them as idle. */
  private readonly silent = new Set<Socket>();
  private sweep: NodeJS.Timeout | undefined;
  private cut: NodeJS.Timeout | undefined;

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onApplicationBootstrap(): void {
    this.server.on('connection', (socket: Socket) => {
      this.silent.add(socket);
      socket.once('close', () => this.silent.delete(socket));
    });
    this.server.on('request', ({ socket }: IncomingMessage) => this.silent.delete(socket));
  }

  beforeApplicationShutdown(signal?: string): void {
    this.logger.log(`stops${signal ? ` on ${signal}` : ''}`);
    this.sweep = setInterval(() => this.closeIdle(), sweepMs);
    this.cut = setTimeout(() => this.server.closeAllConnections(), patienceMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.sweep);
    clearTimeout(this.cut);
  }

  private closeIdle(): void {
    this.server.closeIdleConnections();
    for (const socket of this.silent) socket.destroy();
  }

  private get server(): Server {
    return this.adapterHost.httpAdapter.getHttpServer();
  }
}
