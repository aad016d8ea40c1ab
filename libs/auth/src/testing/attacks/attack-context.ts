import type { KeyObject } from 'node:crypto';
import { RequestKey, type SignatureKey } from '../../proof/index.js';
import { sealToken, segment } from '../seal-token.js';
import type { TestEventFeed } from '../test-event-feed.js';
import type { TestIssuer } from '../test-issuer.js';
import type { TestClaims } from '../test-token.js';
import type { AttackIssuer, ListedKeys } from './attack-issuer.js';
import { type AttackRequest, type GuardedRoute, Inapplicable } from './attack-request.js';
import type { BrokenFeeds } from './broken-feeds.js';
import type { BrokenIssuers } from './broken-issuers.js';
import type { Trap } from './trap.js';
import { sendOverWire, type WireAnswer } from './wire.js';

/** A route that takes only requests which a service has signed, and what of keys is in hand. */
export interface SignedRoute extends GuardedRoute {
  /** Keys of that service with which it may sign; one of each algorithm is used. */
  readonly keys: readonly SignatureKey[];
  /** A key that the service knows, of somebody whose signature the route does not take. */
  readonly foreignKey?: SignatureKey;
}

/** A route that takes only tokens that are bound to a key, with a proof of it. */
export interface DpopRoute extends GuardedRoute {
  /** What callers call the service, without a slash at its end. Default: its origin. */
  readonly publicUrl?: string;
}

/** What is attacked, and what is in the attacker's hands. */
export interface AttackTarget {
  /** Scheme, host and port of the service. */
  readonly origin: URL;
  /** The service's own identifier, which is also the realm of its challenges. */
  readonly audience: string;
  readonly route: GuardedRoute;
  /** An address that hostile tokens name; nobody may ever ask it. */
  readonly trap: Trap;
  /** An issuer that the service trusts: whatever is written bears a signature that holds. */
  readonly attacker?: AttackIssuer;
  /** Without an issuer: a genuine token that is good for the route. */
  readonly token?: string;
  /** Without an issuer: the public key under which that token's signature holds. */
  readonly publicKey?: KeyObject;
  readonly signed?: SignedRoute;
  readonly dpop?: DpopRoute;
  /** A route that takes a token a single time. */
  readonly once?: GuardedRoute;
  /** A route that takes only tokens which are bound to a second key. */
  readonly secondKeyed?: GuardedRoute;
  /** A route that takes only tokens which are bound to an address. */
  readonly addressed?: GuardedRoute;
  /** The IPv4 address that the service sees attacks come from, directly and not through a proxy that it trusts. */
  readonly clientAddress?: string;
  /** Issuers that the service trusts too, and whose keys cannot be had. */
  readonly brokenIssuers?: BrokenIssuers;
  /** The feed of the attacker's issuer, which the service follows. */
  readonly feed?: TestEventFeed;
  /** A route that demands fresh news of revocations, and nothing more than `route` does. */
  readonly sensitive?: GuardedRoute;
  /** Issuers that the service trusts too, and whose feeds fail. */
  readonly brokenFeeds?: BrokenFeeds;
}

/** What an attack works with. Asking for what is not in hand throws `Inapplicable`, and the case is skipped. */
export class AttackContext {
  readonly audience: string;
  readonly route: GuardedRoute;
  readonly trap: Trap;

  constructor(private readonly target: AttackTarget) {
    this.audience = target.audience;
    this.route = target.route;
    this.trap = target.trap;
  }

  /** Host and port of the service. */
  get host(): string {
    return this.target.origin.host;
  }

  /** Scheme, host and port of the service. */
  get origin(): string {
    return this.target.origin.origin;
  }

  /** A genuine token that is good for the route. */
  get token(): string {
    return this.target.token ?? this.mint();
  }

  /** The public key under which the token's signature holds. */
  get publicKey(): KeyObject {
    const { attacker, publicKey } = this.target;
    return inHand(publicKey ?? attacker?.issuer.key.publicKey, "the issuer's public key");
  }

  get issuer(): TestIssuer {
    return inHand(this.target.attacker, "the issuer's keys").issuer;
  }

  get listed(): ListedKeys {
    return inHand(this.target.attacker, "the issuer's keys").listed;
  }

  get signed(): SignedRoute {
    return inHand(this.target.signed, 'a signed route and its keys');
  }

  /** A key of an allowed service that signs with this algorithm. */
  signatureKey(algorithm: string): SignatureKey {
    const fits = (key: SignatureKey) => new RequestKey(key).algorithm === algorithm;
    return inHand(this.signed.keys.find(fits), `a key for ${algorithm}`);
  }

  /** A key of a service whose signature the signed route does not take. */
  get foreignSignatureKey(): SignatureKey {
    return inHand(this.signed.foreignKey, 'a key of another service');
  }

  get dpop(): DpopRoute {
    return inHand(this.target.dpop, 'a route that demands a DPoP proof');
  }

  /** Whether a route is the one that demands a proof. */
  demandsProof(route: GuardedRoute): boolean {
    return route === this.target.dpop;
  }

  get once(): GuardedRoute {
    return inHand(this.target.once, 'a route that takes a token once');
  }

  get secondKeyed(): GuardedRoute {
    return inHand(this.target.secondKeyed, 'a route that demands a second key');
  }

  get addressed(): GuardedRoute {
    return inHand(this.target.addressed, 'a route that demands a token bound to an address');
  }

  get clientAddress(): string {
    return inHand(this.target.clientAddress, 'the address that the service sees');
  }

  /** A genuine token that is good for the signed route. */
  get signedToken(): string {
    return this.target.token ?? this.mint({ scopes: this.signed.scopes });
  }

  /** One that is bound to the signing key of this id. */
  readonly tokenBoundTo = (kid: string): string => this.mint({ scopes: this.signed.scopes, claims: { cnf: { kid } } });

  get brokenIssuers(): BrokenIssuers {
    return inHand(this.target.brokenIssuers, 'trust in issuers whose key servers fail');
  }

  get feed(): TestEventFeed {
    return inHand(this.target.feed, "the issuer's feed");
  }

  get sensitive(): GuardedRoute {
    return inHand(this.target.sensitive, 'a sensitive route');
  }

  get brokenFeeds(): BrokenFeeds {
    return inHand(this.target.brokenFeeds, 'trust in issuers whose feeds fail');
  }

  /** A token that is good for the route but for what is given. */
  readonly mint = (claims: TestClaims = {}): string =>
    this.issuer.token({ audience: this.audience, scopes: this.route.scopes, ...claims });

  /** A token whose segments are spelled otherwise, under a signature that holds. */
  readonly respell = ({ header, claims }: { header?: Respelling; claims?: Respelling }): string => {
    const [first = '', second = ''] = this.mint().split('.');
    return sealToken(header?.(first) ?? first, claims?.(second) ?? second, this.issuer.key);
  };

  /** A token whose JSON is written otherwise, under a signature that holds. */
  readonly rewrite = ({ header, claims }: { header?: Rewriting; claims?: Rewriting }): string =>
    this.respell({
      ...(header && { header: (spelled) => segment(header(textOf(spelled))) }),
      ...(claims && { claims: (spelled) => segment(claims(textOf(spelled))) }),
    });

  /** Sends a request, and completes what it leaves out. */
  readonly send = (request: AttackRequest): Promise<WireAnswer> => {
    const { method, path, body } = request.route ?? this.route;
    const content = request.body ?? body;
    const typed = request.headers.some(([name]) => name.toLowerCase() === 'content-type');
    return sendOverWire(this.target.origin, {
      method: request.method ?? method,
      target: request.target ?? path,
      headers: content === undefined || typed ? request.headers : [jsonContent, ...request.headers],
      ...(content !== undefined && { body: content }),
    });
  };
}

const jsonContent = ['Content-Type', 'application/json'] as const;
type Respelling = (segment: string) => string;
type Rewriting = (json: string) => string | Uint8Array;

function inHand<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new Inapplicable(`it needs ${name}`);
  return thing;
}

function textOf(spelled: string): string {
  return Buffer.from(spelled, 'base64url').toString();
}
