import {
  type ChargeRequest,
  type GatewayOutcome,
  GatewayOutcomeUnknown,
  type PaymentGateway,
  type RefundRequest,
} from './payment-gateway.js';

/** The caller will not wait for an answer any more, so nothing was begun. */
export class NoTimeLeft extends Error {
  override readonly name = 'NoTimeLeft';
}

/** What decides how long the gateway may take. */
export interface GatewayTiming {
  /** The longest that one request may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly remainingMs: () => number | undefined;
  /** Resolves after so many milliseconds, unless the signal comes first. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The gateway, asked for no longer than it may take and than the caller waits: after that the outcome is unknown. */
export class TimedGateway {
  constructor(
    private readonly gateway: PaymentGateway,
    private readonly timing: GatewayTiming,
  ) {}

  /** Call it before anything is begun. @throws NoTimeLeft */
  demandTime(): void {
    if (this.limitMs() <= 0) throw new NoTimeLeft('the caller no longer waits');
  }

  /** @throws GatewayOutcomeUnknown */
  charge(request: ChargeRequest): Promise<GatewayOutcome> {
    return this.inTime((signal) => this.gateway.charge(request, signal));
  }

  /** @throws GatewayOutcomeUnknown */
  refund(request: RefundRequest): Promise<GatewayOutcome> {
    return this.inTime((signal) => this.gateway.refund(request, signal));
  }

  private async inTime(ask: (signal: AbortSignal) => Promise<GatewayOutcome>): Promise<GatewayOutcome> {
    const ms = this.limitMs();
    if (ms <= 0) throw new GatewayOutcomeUnknown('no time was left to ask');
    const over = new AbortController();
    const timeout = this.timing.sleep(ms, over.signal).then(() => {
      throw new GatewayOutcomeUnknown(`no answer within ${ms} ms`);
    });
    try {
      return await Promise.race([ask(over.signal), timeout]);
    } finally {
      over.abort();
    }
  }

  private limitMs(): number {
    return Math.min(this.timing.timeoutMs, this.timing.remainingMs() ?? Number.POSITIVE_INFINITY);
  }
}
