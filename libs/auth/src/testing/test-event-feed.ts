import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FeedForgery, type FeedMessage, TestEventLog } from './test-event-log.js';

/** How a test feed works. */
export interface TestEventFeedOptions {
  /** Milliseconds between two heartbeats. Default: 100, so that tests are short; an issuer takes a second. */
  readonly heartbeatMs?: number;
  /** Entries of a page of a snapshot. Default: 1000. */
  readonly pageSize?: number;
}

/** How a feed can fail. */
export type FeedFault =
  /** Streams stay open, and nothing more is written to them. */
  | 'silent'
  /** Streams get a snapshot and one heartbeat, and nothing more. */
  | 'silent after the snapshot'
  /** Streams get everything but a snapshot. */
  | 'no snapshot'
  /** Streams get a snapshot without its last page. */
  | 'truncated snapshot'
  /** Events are appended but not sent. */
  | 'losing events'
  /** Readers are refused with 503. */
  | 'away'
  /** Readers are refused with 403, as those whose token lacks the scope. */
  | 'forbidden';

/** The feed of security events of a test issuer: a real server that signs what it tells, and can be made to fail. */
export interface TestEventFeed {
  /** The `eventsUrl` of the issuer. */
  readonly url: string;
  /** @returns the message that tells it */
  revokeToken(jti: string): FeedMessage;
  revokeSessions(...sids: string[]): void;
  withdrawScopes(sid: string, ...scopes: string[]): void;
  withdrawKey(kid: string): void;
  /** Tells an event of any type, which no snapshot lists. */
  append(type: string, event: object): void;
  /** The snapshot of this moment. */
  snapshot(): FeedMessage[];
  /** Fails in this way from now on; undefined: no more. */
  fail(fault: FeedFault | undefined): void;
  /** Holds every message back for so long, milliseconds. */
  holdBack(ms: number): void;
  /** Writes a message to every open stream, whatever it is. */
  send(message: FeedMessage): void;
  /** Signs what no event log would say: a SET, or a heartbeat. */
  forge(kind: 'set' | 'heartbeat', forgery: FeedForgery): FeedMessage;
  /** As a database that was restored: another log, or the same at an earlier position. */
  restore(to: { readonly log?: string; readonly seq?: number }): void;
  /** Signs with a new key from now on. */
  rotate(): void;
  /** Ends every stream. */
  cut(): void;
  /** The `Last-Event-ID` of each stream that was asked for, in order. */
  readonly asked: readonly (string | undefined)[];
  /** The claims of each token that a stream was asked for with. The signature is not checked. */
  readonly readers: readonly Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

/** Several feeds under one origin, as one token may read them. */
export interface TestFeedServer {
  /** Begins the feed of an issuer. */
  feedOf(issuer: string, options?: TestEventFeedOptions): TestEventFeed;
  close(): Promise<void>;
}

/** Starts a server for the feeds of several issuers. */
export async function createTestFeedServer(host = '127.0.0.1', port = 0): Promise<TestFeedServer> {
  const feeds = new Map<string, Feed>();
  const server = createServer((request, response) => {
    const [, path = '', rest] = /^(\/\d+\/security-events)(.*)$/.exec(request.url ?? '') ?? [];
    const feed = feeds.get(path);
    if (feed && rest === '/jwks.json') feed.answerKeys(response);
    else if (feed && rest === '') feed.answerReader(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    feedOf: (issuer, options) => {
      const path = `/${feeds.size}/security-events`;
      const feed = new Feed(issuer, origin + path, options);
      feeds.set(path, feed);
      return feed;
    },
    close: async () => {
      for (const feed of feeds.values()) feed.end();
      server.closeAllConnections();
      await new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve(undefined))));
    },
  };
}

/** Starts the feed of one issuer. */
export async function createTestEventFeed(issuer: string, options?: TestEventFeedOptions): Promise<TestEventFeed> {
  const server = await createTestFeedServer();
  return Object.assign(server.feedOf(issuer, options), { close: () => server.close() });
}

const eventTypes = {
  token: 'https://schemas.openid.net/secevent/oauth/event-type/token-revoked',
  session: 'https://schemas.openid.net/secevent/caep/event-type/session-revoked',
  claims: 'https://schemas.openid.net/secevent/caep/event-type/token-claims-change',
  key: 'urn:waybill:security-event:key-withdrawn',
} as const;

class Feed implements TestEventFeed {
  readonly asked: (string | undefined)[] = [];
  readonly readers: Readonly<Record<string, unknown>>[] = [];
  private readonly log: TestEventLog;
  private readonly streams = new Set<ServerResponse>();
  private readonly heart: NodeJS.Timeout;
  private readonly pageSize: number;
  private fault: FeedFault | undefined;
  private delayMs = 0;

  constructor(
    issuer: string,
    readonly url: string,
    { heartbeatMs = 100, pageSize = 1000 }: TestEventFeedOptions = {},
  ) {
    this.log = new TestEventLog(issuer);
    this.pageSize = pageSize;
    this.heart = setInterval(() => this.send(this.log.heartbeat()), heartbeatMs).unref();
  }

  answerKeys(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.log.keySet));
  }

  answerReader({ headers }: IncomingMessage, response: ServerResponse): void {
    const position = headers['last-event-id'] as string | undefined;
    this.asked.push(position);
    const claims = /^Bearer [^.]+\.([^.]+)\./.exec(headers.authorization ?? '')?.[1];
    if (claims === undefined) return void response.writeHead(401).end();
    this.readers.push(JSON.parse(Buffer.from(claims, 'base64url').toString()));
    const refusal = this.fault === 'away' ? 503 : this.fault === 'forbidden' ? 403 : undefined;
    if (refusal !== undefined) response.writeHead(refusal).end();
    else this.open(response, position);
  }

  revokeToken(jti: string): FeedMessage {
    return this.tell(eventTypes.token, { token_identifier_alg: 'jti', token: jti }, [['t', jti]]);
  }

  revokeSessions(...sids: string[]): void {
    this.tell(
      eventTypes.session,
      { sids },
      sids.map((sid) => ['s', sid]),
    );
  }

  withdrawScopes(sid: string, ...scopes: string[]): void {
    this.tell(eventTypes.claims, { sids: [sid], claims: { withdrawn_scopes: scopes } }, [['c', sid, scopes]]);
  }

  withdrawKey(kid: string): void {
    this.tell(eventTypes.key, { kid }, [['k', kid]]);
  }

  append(type: string, event: object): void {
    this.tell(type, event, []);
  }

  fail(fault: FeedFault | undefined): void {
    this.fault = fault;
    if (fault === 'away') this.cut();
  }

  holdBack(ms: number): void {
    this.delayMs = ms;
  }

  send(message: FeedMessage): void {
    if (this.fault === 'silent after the snapshot') return;
    for (const stream of this.streams) this.write(stream, message);
  }

  forge(kind: 'set' | 'heartbeat', forgery: FeedForgery): FeedMessage {
    return this.log[kind](forgery);
  }

  restore({ log = this.log.log, seq = this.log.seq }: { readonly log?: string; readonly seq?: number }): void {
    Object.assign(this.log, { log, seq });
  }

  rotate(): void {
    this.log.rotate();
  }

  cut(): void {
    for (const stream of this.streams) stream.destroy();
    this.streams.clear();
  }

  end(): void {
    clearInterval(this.heart);
    this.cut();
  }

  async close(): Promise<void> {
    this.end();
  }

  private tell(type: string, event: object, entries: readonly (readonly unknown[])[]): FeedMessage {
    const message = this.log.append(type, event, entries);
    if (this.fault !== 'losing events') this.send(message);
    return message;
  }

  private open(response: ServerResponse, position: string | undefined): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
    for (const message of this.log.after(position) ?? this.snapshot()) this.write(response, message);
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
  }

  snapshot(): FeedMessage[] {
    if (this.fault === 'no snapshot') return [];
    const pages = this.log.snapshot(this.pageSize);
    if (this.fault === 'truncated snapshot') return pages.slice(0, -1);
    return this.fault === 'silent after the snapshot' ? [...pages, this.log.heartbeat()] : pages;
  }

  private write(stream: ServerResponse, { event, id, data }: FeedMessage): void {
    if (this.fault === 'silent') return;
    const text = `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
    if (this.delayMs === 0) stream.write(text);
    else setTimeout(() => stream.writable && stream.write(text), this.delayMs).unref();
  }
}
