import { type EventToken, isCount } from './event-token.js';
import type { Freshness, Instant } from './freshness.js';
import type { Revocation } from './revocation.js';
import { revocationOf, revocationsOf } from './security-event.js';
import { StreamFault } from './stream-fault.js';

/** A place in a log: everything up to it was applied. */
interface Position {
  readonly log: string;
  readonly seq: number;
}

/** A snapshot whose last page has not come yet. */
type OpenSnapshot = Position & { readonly name: unknown; readonly pages: number };

/**
 * How much of an issuer's log has been applied: a snapshot first, then each event in its order, without a gap. What is
 * applied stays, whatever comes later; but only who is at the end of the log has fresh news.
 */
export class AppliedLog {
  private position: Position | undefined;
  private snapshot: OpenSnapshot | undefined;
  private whole = false;

  constructor(
    private readonly freshness: Freshness,
    private readonly apply: (revocation: Revocation) => void,
  ) {}

  /** True once a whole snapshot was applied. */
  get obtained(): boolean {
    return this.whole;
  }

  /** After what the next connection goes on, as `<log>:<seq>`; undefined where it must begin with a snapshot. */
  get lastEventId(): string | undefined {
    return this.position && `${this.position.log}:${this.position.seq}`;
  }

  /** Another connection: a snapshot that was not finished on the last one never will be. */
  reconnected(): void {
    this.snapshot = undefined;
    this.freshness.reconnected();
  }

  /** Something was wrong with the stream, so nobody knows what was missed. */
  lose(): void {
    this.position = undefined;
  }

  /**
   * Applies a page as it comes. The snapshot counts once its last page is there.
   * @throws StreamFault
   */
  takePage({ claims: { snapshot: name, page, last, entries }, issuedAt, log, seq }: EventToken): void {
    const { pages, ...open } = this.snapshot ?? { pages: 0, name, log, seq };
    if (typeof name !== 'string' || page !== pages || typeof last !== 'boolean' || !Array.isArray(entries))
      throw new StreamFault('snapshot.malformed');
    if (open.log !== log || open.seq !== seq) throw new StreamFault('snapshot.of_two_states');
    if (open.name !== name) throw new StreamFault('snapshot.of_two'); // what is live changes with time, at one position too
    for (const entry of entries) this.apply(revocationOf(entry, issuedAt));
    this.snapshot = last ? undefined : { name, log, seq, pages: pages + 1 };
    this.position = last ? { log, seq } : undefined;
    this.whole ||= last;
  }

  /** @throws StreamFault where it is not the one that comes next */
  takeEvent(message: EventToken): void {
    const { log, seq } = message;
    if (log !== this.position?.log) throw new StreamFault('event.of_another_log');
    if (seq !== this.position.seq + 1) throw new StreamFault('event.out_of_order');
    for (const revocation of revocationsOf(message)) this.apply(revocation);
    this.position = { log, seq };
  }

  /**
   * Takes note that the log ends where this one does. While a snapshot is open it speaks of what is not here yet.
   * @returns how far its clock is off, milliseconds, where that is more than clocks may differ, else 0; undefined where it
   * came too early
   * @throws StreamFault where something was left out
   */
  takeHeartbeat({ claims, log, seq }: EventToken, came: Instant): number | undefined {
    if (this.snapshot || !this.position) return undefined;
    if (log !== this.position.log) throw new StreamFault('heartbeat.of_another_log');
    if (seq !== this.position.seq) throw new StreamFault('heartbeat.of_another_position');
    if (!isCount(claims.iat_ms)) throw new StreamFault('heartbeat.without_iat_ms');
    return this.freshness.heartbeat(claims.iat_ms, came);
  }
}
