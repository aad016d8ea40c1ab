import { createHash } from 'node:crypto';
import type { Owner } from '../orders/owner.js';
import type { Answer } from './answer.js';

/** A request that carries an idempotency key. The key is the caller's own, and counts for one route. */
export interface IdempotentRequest {
  readonly owner: Owner;
  readonly route: string;
  readonly key: string;
  /** What is asked, as a digest: the same key with another fingerprint is another request. */
  readonly fingerprint: string;
}

/** What is known of an earlier request with the same key. */
export interface KnownRequest {
  readonly fingerprint: string;
  /** The id of what it made: an order, a refund. */
  readonly resource: string;
  /** Whether it is still being carried out. False also where the process that did so died. */
  readonly inFlight: boolean;
  /** Its final answer, once there is one. */
  readonly answer: Answer | undefined;
}

/** Where idempotency keys are kept. Each method is one transaction; a key is taken in that which stores what it makes. */
export interface IdempotencyKeys {
  find(request: IdempotentRequest): Promise<KnownRequest | undefined>;
  /** Keeps the final answer, unless one is kept already. @returns the one that is kept */
  keep(request: IdempotentRequest, answer: Answer): Promise<Answer>;
  /** Says that `resource` is no longer being carried out. */
  release(request: IdempotentRequest, resource: string): Promise<void>;
}

/** A request as an idempotent one, where it carries a key. `asked` is all that makes it what it is. */
export function idempotentRequest(
  owner: Owner,
  route: string,
  key: string | undefined,
  asked: unknown,
): IdempotentRequest | undefined {
  if (key === undefined) return undefined;
  return { owner: { issuer: owner.issuer, subject: owner.subject }, route, key, fingerprint: digest(asked) };
}

function digest(asked: unknown): string {
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url');
}
