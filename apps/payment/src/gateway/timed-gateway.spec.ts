import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type ChargeRequest, type GatewayOutcome, GatewayOutcomeUnknown, PaymentGateway } from './payment-gateway.js';
import { NoTimeLeft, TimedGateway } from './timed-gateway.js';

const request: ChargeRequest = { idempotencyKey: 'key', amount: 1, currency: 'EUR', paymentMethod: 'pm_card_visa' };
const succeeded: GatewayOutcome = { status: 'succeeded', reference: 'reference' };

/** A gateway that answers after a while, or never. */
class SlowGateway extends PaymentGateway {
  readonly signals: AbortSignal[] = [];

  constructor(private readonly ms: number) {
    super();
  }

  override async charge(_request: unknown, signal: AbortSignal): Promise<GatewayOutcome> {
    this.signals.push(signal);
    await sleep(this.ms, undefined, { ref: false });
    return succeeded;
  }

  override refund(asked: unknown, signal: AbortSignal): Promise<GatewayOutcome> {
    return this.charge(asked, signal);
  }
}

function timed(gateway: PaymentGateway, timeoutMs: number, remainingMs?: number): TimedGateway {
  return new TimedGateway(gateway, {
    timeoutMs,
    remainingMs: () => remainingMs,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  });
}

describe('a gateway that is silent', () => {
  test.each([
    ['past its own time', 20, undefined],
    ['past the time that the caller waits', 60_000, 20],
  ])('%s leaves the outcome unknown, and is told that nobody waits', async (_, timeoutMs, remainingMs) => {
    const gateway = new SlowGateway(30_000);
    await expect(timed(gateway, timeoutMs, remainingMs).charge(request)).rejects.toThrow(GatewayOutcomeUnknown);
    await expect(timed(gateway, timeoutMs, remainingMs).refund({ ...request, chargeReference: 'r' })).rejects.toThrow(
      'no answer within 20 ms',
    );
    expect(gateway.signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});

test('a gateway that answers in time is heard', async () => {
  expect(await timed(new SlowGateway(0), 60_000, 60_000).charge(request)).toEqual(succeeded);
});

test('without time nothing is asked', async () => {
  const gateway = new SlowGateway(0);
  await expect(timed(gateway, 60_000, 0).charge(request)).rejects.toThrow(GatewayOutcomeUnknown);
  expect(gateway.signals).toEqual([]);
  expect(() => timed(gateway, 60_000, -5).demandTime()).toThrow(NoTimeLeft);
  expect(() => timed(gateway, 60_000).demandTime()).not.toThrow();
});
