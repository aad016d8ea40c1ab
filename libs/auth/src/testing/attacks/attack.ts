import type { AttackContext } from './attack-context.js';
import type { AttackRequest } from './attack-request.js';

/**
 * What the guard must answer:
 * `A` it lets the request through (a control: what refuses everything would withstand every attack) ·
 * `N` 401, a bare challenge: no credentials were sent (RFC 6750 §3.1) · `R` 400 `invalid_request` · `T` 401 `invalid_token` ·
 * `U` 401 `invalid_token` with a `DPoP` challenge: not bound to a key, or presented as if it were (RFC 9449 §7.1) ·
 * `D` 401 `invalid_dpop_proof` · `K` 401, second key refused · `S` 403 `insufficient_scope`, naming what the whole route needs ·
 * `X` 401, request signature refused (RFC 9421) · `V` 503 with `Retry-After`: cannot judge, so closed · `P` 400 by the HTTP parser: it never becomes a request.
 */
export type Expected = 'A' | 'N' | 'R' | 'T' | 'U' | 'D' | 'K' | 'S' | 'X' | 'V' | 'P';

/** One case: what is sent, and what must come back. */
export interface Attack {
  readonly name: string;
  readonly expected: Expected;
  /** Of several requests sent at once exactly one is let through; the others get the expected answer. */
  readonly onePasses?: true;
  /**
   * The request to send, or several to send at once.
   * @throws Inapplicable where the case makes no sense for this route or token, or needs what is not in hand
   */
  attack(context: AttackContext): Sent | Promise<Sent>;
  /** A complaint about what can be observed beside the answers. */
  afterwards?(context: AttackContext): string | undefined;
}

type Sent = AttackRequest | readonly AttackRequest[];

/** Cases of one kind. */
export interface Family {
  readonly name: string;
  readonly attacks: readonly Attack[];
}

/** Presents a token as a client should (RFC 6750 §2.1). */
export function bearer(token: string): AttackRequest {
  return { headers: [['Authorization', `Bearer ${token}`]], token };
}
