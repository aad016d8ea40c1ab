import { ExpiringSet } from './expiring-set.js';
import type { Revocation, RevocationKind } from './revocation.js';

/** What is asked about: who calls, as a verified token says. */
export interface Questioned {
  readonly tokenId?: string;
  readonly sessionId?: string;
  readonly scopes: ReadonlySet<string>;
}

/** Why a token is not good any more. */
export type TakenBack = 'token.revoked' | 'session.revoked' | 'scope.withdrawn';

/**
 * What one issuer has taken back, as far as tokens are alive that it concerns. All of it is in memory, so a question
 * costs a few look-ups whatever the number of revocations. Nothing is ever taken out but by its end.
 */
export class LiveRevocations {
  private readonly tokens: ExpiringSet;
  private readonly sessions: ExpiringSet;
  /** The sessions of which a scope was withdrawn; which one, the pairs say. */
  private readonly narrowed: ExpiringSet;
  private readonly withdrawn: ExpiringSet;
  private readonly keys: ExpiringSet;

  constructor(now?: () => number) {
    this.tokens = new ExpiringSet(now);
    this.sessions = new ExpiringSet(now);
    this.narrowed = new ExpiringSet(now);
    this.withdrawn = new ExpiringSet(now);
    this.keys = new ExpiringSet(now);
  }

  add(revocation: Revocation): void {
    const { kind, lifetimeSeconds } = revocation;
    if (kind === 'token') this.tokens.add(revocation.tokenId, lifetimeSeconds);
    else if (kind === 'session') this.sessions.add(revocation.sessionId, lifetimeSeconds);
    else if (kind === 'key') this.keys.add(revocation.keyId, lifetimeSeconds);
    else this.narrow(revocation.sessionId, revocation.scopes, lifetimeSeconds);
  }

  /** Why this caller's token is not good any more; undefined where it is. What a withdrawn key signed is for the key set to say. */
  takenBack({ tokenId, sessionId, scopes }: Questioned): TakenBack | undefined {
    if (tokenId !== undefined && this.tokens.has(tokenId)) return 'token.revoked';
    if (sessionId === undefined) return undefined;
    if (this.sessions.has(sessionId)) return 'session.revoked';
    if (!this.narrowed.has(sessionId)) return undefined;
    for (const scope of scopes) if (this.withdrawn.has(pair(sessionId, scope))) return 'scope.withdrawn';
    return undefined;
  }

  /** How many revocations are live, by kind. */
  counts(): Readonly<Record<RevocationKind, number>> {
    return {
      token: this.tokens.size,
      session: this.sessions.size,
      scopes: this.withdrawn.size,
      key: this.keys.size,
    };
  }

  /** Forgets what has ended. To be called about every second. */
  prune(): void {
    for (const set of [this.tokens, this.sessions, this.narrowed, this.withdrawn, this.keys]) set.prune();
  }

  private narrow(sessionId: string, scopes: readonly string[], lifetimeSeconds: number): void {
    for (const scope of scopes) this.withdrawn.add(pair(sessionId, scope), lifetimeSeconds);
    this.narrowed.add(sessionId, lifetimeSeconds);
  }
}

/** A session id holds no control character (see `verify/claims`), so two pairs are never spelled alike. */
function pair(sessionId: string, scope: string): string {
  return `${sessionId}\n${scope}`;
}
