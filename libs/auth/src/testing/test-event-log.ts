import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { sealToken, segment } from './seal-token.js';
import type { TestKey } from './test-token.js';

/** One message of a feed, as it goes over the wire. */
export interface FeedMessage {
  readonly event: string;
  readonly id?: string;
  readonly data: string;
}

/** What is signed otherwise than the issuer would: claims and header members replace those that it writes. */
export interface FeedForgery {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Instead of the feed's own. */
  readonly key?: TestKey;
}

type Entry = readonly [kind: 't' | 's' | 'c' | 'k', ...rest: readonly unknown[]];
type Kind = 'set' | 'snapshot' | 'heartbeat';

const types: Readonly<Record<Kind, string>> = {
  set: 'secevent+jwt',
  snapshot: 'waybill-snapshot+jwt',
  heartbeat: 'waybill-heartbeat+jwt',
};

/** How long a test entry lives, seconds: as long as the longest test. */
const lifetimeSeconds = 960;

/** The log of security events of one test issuer, signed as an issuer signs it. */
export class TestEventLog {
  log = randomUUID();
  seq = 0;
  private keys: readonly [TestKey, ...TestKey[]] = [newKey()];
  private readonly entries: Entry[] = [];
  private readonly sets: FeedMessage[] = [];

  constructor(private readonly issuer: string) {}

  /** The key that signs now. */
  get key(): TestKey {
    return this.keys[0];
  }

  /** The JWK Set (RFC 7517 §5) of the keys that sign the feed. */
  get keySet(): object {
    return {
      keys: this.keys.map(({ kid, publicKey }) => ({
        ...publicKey.export({ format: 'jwk' }),
        kid,
        alg: 'ES256',
        use: 'sig',
      })),
    };
  }

  /** Signs with a new key from now on; the old one stays listed. */
  rotate(): void {
    this.keys = [newKey(), ...this.keys];
  }

  /** Appends an event, and what of it a snapshot lists. @returns the message that tells it */
  append(type: string, event: object, entries: readonly (readonly unknown[])[]): FeedMessage {
    this.seq += 1;
    const until = now() + lifetimeSeconds;
    for (const entry of entries) this.entries.push([...entry, until] as unknown as Entry);
    const message = this.set({ claims: { events: { [type]: { ...event, event_timestamp: now() } }, until } });
    this.sets.push(message);
    return message;
  }

  /** The messages for a reader that has everything up to a position; undefined where that is none of this log. */
  after(position: string | undefined): readonly FeedMessage[] | undefined {
    const [, log, seq] = /^(.+):(\d+)$/.exec(position ?? '') ?? [];
    return log === this.log && Number(seq) <= this.seq ? this.sets.slice(Number(seq)) : undefined;
  }

  /** A snapshot in pages of so many entries. */
  snapshot(pageSize: number): FeedMessage[] {
    const snapshot = randomUUID();
    const pages = Math.max(1, Math.ceil(this.entries.length / pageSize));
    return Array.from({ length: pages }, (_, page) => {
      const entries = this.entries.slice(page * pageSize, (page + 1) * pageSize);
      return this.message('snapshot', { claims: { snapshot, page, last: page === pages - 1, entries } });
    });
  }

  heartbeat(forgery: FeedForgery = {}): FeedMessage {
    return this.message('heartbeat', { ...forgery, claims: { iat_ms: Date.now(), ...forgery.claims } });
  }

  /** A Security Event Token (RFC 8417); of the newest event, where nothing else is said. */
  set(forgery: FeedForgery): FeedMessage {
    const claims = {
      aud: 'urn:waybill:security-events',
      jti: randomUUID(),
      sub_id: { format: 'iss_sub', iss: this.issuer, sub: 'alice' },
      until: now() + lifetimeSeconds,
      ...forgery.claims,
    };
    const message = this.message('set', { ...forgery, claims });
    return { ...message, id: `${this.log}:${this.seq}` };
  }

  private message(kind: Kind, { claims, header, key = this.key }: FeedForgery): FeedMessage {
    const { issuer: iss, log, seq } = this;
    const signed = { alg: key.algorithm, kid: key.kid, typ: types[kind], ...header };
    return {
      event: kind,
      data: sealToken(segment(signed), segment({ iss, iat: now(), log, seq, ...claims }), key),
    };
  }
}

function newKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid: randomUUID(), algorithm: 'ES256', key: privateKey, publicKey };
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
