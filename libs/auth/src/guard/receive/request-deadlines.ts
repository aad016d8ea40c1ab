import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  type ExecutionContext,
  Inject,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { SSE_METADATA } from '@nestjs/common/constants.js';
import { requestTimeoutMsOf, SERVICE_AUTH_OPTIONS, type ServiceAuthOptions } from '../service-auth.options.js';
import { fieldValues, type HttpRequest } from './http-request.js';
import { requestOf } from './request-of.js';

/** Node publishes each HTTP/1 request here once its header fields are read, before its body is and before any framework. */
const requestStart = 'http.server.request.start';
const milliseconds = /^\d{1,6}$/;

/**
 * By when requests should be answered: `requestTimeoutMs` after they reached this process, or sooner where the caller says in
 * `Request-Timeout-Ms` that it waits less. A field that is no whole number of 1 to 6 digits, or there twice, says nothing.
 */
@Injectable()
export class RequestDeadlines implements OnModuleInit, OnApplicationShutdown {
  private readonly arrivals = new WeakMap<object, number>();
  private readonly longestMs: number;

  /** @throws TypeError with the remedy */
  constructor(@Inject(SERVICE_AUTH_OPTIONS) options: ServiceAuthOptions) {
    this.longestMs = requestTimeoutMsOf(options);
  }

  onModuleInit(): void {
    subscribe(requestStart, this.takeNote);
  }

  onApplicationShutdown(): void {
    unsubscribe(requestStart, this.takeNote);
  }

  /**
   * The deadline for a handler, on the clock of `performance.now`; none (infinity) where nobody waits for one answer: for a
   * message, a subscription, a stream of events.
   */
  of(context: ExecutionContext): number {
    const request = Reflect.hasMetadata(SSE_METADATA, context.getHandler()) ? undefined : requestOf(context);
    return request ? this.arrivalOf(request) + Math.min(this.longestMs, waitOf(request)) : Number.POSITIVE_INFINITY;
  }

  private readonly takeNote = (message: unknown): void => {
    this.arrivals.set((message as { request: object }).request, performance.now());
  };

  /** What Node did not publish (HTTP/2, an injected request) counts from when it is first asked about. */
  private arrivalOf(request: HttpRequest): number {
    const received = request.raw ?? request;
    const arrival = this.arrivals.get(received) ?? performance.now();
    this.arrivals.set(received, arrival);
    return arrival;
  }
}

/** How long the caller waits, milliseconds; infinity where it does not say. */
function waitOf(request: HttpRequest): number {
  const [value = '', ...more] = fieldValues(request, 'request-timeout-ms');
  return milliseconds.test(value) && more.length === 0 ? Number(value) : Number.POSITIVE_INFINITY;
}
