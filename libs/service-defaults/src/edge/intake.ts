import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type Problem, problemBody, problemMediaType } from '../problems/index.js';
import { pathOf } from './path.js';

/** What has to be answered most of all when a service is overloaded; it costs next to nothing. */
const uncounted = new Set(['/health/live', '/health/ready', '/metrics']);

/** A flood of refusals is told in one line at its beginning and one in so many milliseconds after that. */
const tellEveryMs = 5_000;

const overloaded: Problem = {
  status: 503,
  code: 'overloaded',
  title: 'The service is overloaded',
  detail: 'This service has taken as many requests as it can work on at once. Nothing was done. Try again later.',
};

/**
 * Takes a bounded number of requests at once and refuses the others at once, before their body is read and before the
 * guard runs: 503 with `Retry-After`, nothing stored. A request counts until it has been answered, also where its client
 * has left before that, for it is still being worked on. A stream of events counts until it begins.
 */
export class Intake {
  private readonly taken = new Set<ServerResponse>();
  private readonly refused = new WeakSet<ServerResponse>();
  private untold = 0;
  private telling: NodeJS.Timeout | undefined;

  constructor(
    private readonly limit: number,
    private readonly log: Logger,
  ) {}

  /** How many requests are being worked on. */
  get size(): number {
    return this.taken.size;
  }

  /** Watches over the requests of a server. */
  guard(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      if (uncounted.has(pathOf(request.raw.url))) done();
      else if (this.taken.size < this.limit) this.take(reply.raw, done);
      else this.refuse(request, reply);
    });
    server.addHook('onSend', async (_request, { raw }) => {
      if (raw.closed) this.taken.delete(raw);
    });
  }

  /** Whether this was refused, and is told among the many. */
  hasRefused(answer: ServerResponse): boolean {
    return this.refused.has(answer);
  }

  /** Counts a request no longer, though its answer has not ended. */
  release(answer: ServerResponse): void {
    this.taken.delete(answer);
  }

  private take(answer: ServerResponse, done: () => void): void {
    this.taken.add(answer);
    answer.once('close', () => {
      if (answer.writableEnded) this.taken.delete(answer);
    });
    done();
  }

  private refuse(request: FastifyRequest, reply: FastifyReply): void {
    this.refused.add(reply.raw);
    this.tell();
    void reply
      .code(overloaded.status)
      .header('Retry-After', String(1 + Math.round(Math.random())))
      .type(problemMediaType)
      .send(problemBody(overloaded, pathOf(request.raw.url)));
  }

  private tell(): void {
    if (this.telling) {
      this.untold += 1;
      return;
    }
    this.log.warn({ limit: this.limit }, 'overloaded: requests are refused');
    this.telling = setTimeout(() => this.tellMore(), tellEveryMs).unref();
  }

  private tellMore(): void {
    const { untold: refused, limit } = this;
    [this.untold, this.telling] = [0, undefined];
    if (refused > 0) this.log.warn({ limit, refused }, `overloaded: so many were refused in ${tellEveryMs / 1000} s`);
  }
}
