import type { FeedForgery, FeedMessage } from './test-event-log.js';

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
