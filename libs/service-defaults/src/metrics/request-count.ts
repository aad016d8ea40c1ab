import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Counter, Registry } from '@prometheus-io/client';
import { requestLine } from '../logging/index.js';

/**
 * Counts the requests of this service by status, also those that ended before Nest saw them. Not by path or caller: each value
 * of a label is a series of its own, and whoever calls would make as many as he likes.
 */
@Injectable()
export class RequestCount implements OnModuleInit {
  private readonly requests: Counter<'status'>;

  constructor(
    registry: Registry,
    private readonly adapterHost: HttpAdapterHost,
  ) {
    this.requests = new Counter({
      name: 'waybill_requests_total',
      help: 'Requests that have ended, by status; 499: the client left before it was answered.',
      labelNames: ['status'],
      registers: [registry],
    });
  }

  onModuleInit(): void {
    const server: Server = this.adapterHost.httpAdapter.getHttpServer();
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      response.once('close', () => this.requests.inc({ status: requestLine(request, response, 0).status }));
    });
  }
}
