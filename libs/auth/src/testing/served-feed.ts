import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FeedFault, TestEventFeed, TestEventFeedOptions } from './test-event-feed.js';
import { type FeedForgery, type FeedMessage, TestEventLog } from './test-event-log.js';

const eventTypes = {
  token: 'https://schemas.openid.net/secevent/oauth/event-type/token-revoked',
  session: 'https://schemas.openid.net/secevent/caep/event-type/session-revoked',
  claims: 'https://schemas.openid.net/secevent/caep/event-type/token-claims-change',
  key: 'urn:waybill:security-event:key-withdrawn',
} as const;

/** A feed as its readers meet it: the log of its events, the streams that are open, and what is to go wrong with them. */
export class ServedFeed implements TestEventFeed {
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
