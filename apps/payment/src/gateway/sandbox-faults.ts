import { setTimeout as sleep } from 'node:timers/promises';
import { list } from '@waybill/service-defaults';
import { GatewayOutcomeUnknown } from './payment-gateway.js';

/**
 * How the sandbox gateway misbehaves: `slow` decides only after the time-out, `lost-answer` decides and never answers,
 * `unavailable` neither decides nor answers.
 */
export const sandboxFaults = ['slow', 'lost-answer', 'unavailable'] as const;

/** One way to misbehave. */
export type SandboxFault = (typeof sandboxFaults)[number];

/** A fault and how probable it is for one request, 0–1. */
export type FaultProbability = readonly [fault: SandboxFault, probability: number];

/** What one request came to; `fault` is what befalls its answer all the same. */
export interface Decided<Outcome> {
  readonly outcome: Outcome;
  readonly fault: SandboxFault | undefined;
}

/** A setting such as `slow:0.02,lost-answer:0.02`. */
export function faultProbabilities() {
  return list('faults as name:probability', 'slow:0.02,lost-answer:0.02,unavailable:0.02', (part) => {
    const [, name, probability] = /^([a-z-]+):(0?\.\d+|[01])$/.exec(part) ?? [];
    const fault = sandboxFaults.find((known) => known === name);
    return fault && ([fault, Number(probability)] as const);
  });
}

/** Has the sandbox gateway misbehave on purpose, by chance or by test method, so that recovery can be seen to work. */
export class SandboxFaults {
  /**
   * @param probabilities of the faults that come by chance
   * @param lateMs how long a slow gateway takes, in milliseconds: longer than anybody waits
   */
  constructor(
    private readonly probabilities: readonly FaultProbability[],
    private readonly lateMs: number,
  ) {}

  /** Has one request decided, or not, and gives its outcome, or not. @throws GatewayOutcomeUnknown */
  async befall<Outcome>(decide: () => Promise<Decided<Outcome>>): Promise<Outcome> {
    const fault = this.draw();
    if (fault === 'unavailable') throw new GatewayOutcomeUnknown('the sandbox gateway is unavailable, on purpose');
    if (fault === 'slow') await this.lateness();
    const { outcome, fault: ofMethod } = await decide();
    if (ofMethod === 'slow') await this.lateness();
    if ([fault, ofMethod].includes('lost-answer')) {
      throw new GatewayOutcomeUnknown('the answer of the sandbox gateway was lost, on purpose');
    }
    return outcome;
  }

  private draw(): SandboxFault | undefined {
    let point = Math.random();
    for (const [fault, probability] of this.probabilities) {
      if (point < probability) return fault;
      point -= probability;
    }
    return undefined;
  }

  private async lateness(): Promise<void> {
    await sleep(this.lateMs, undefined, { ref: false });
  }
}

/** The sandbox gateway as production has it: nothing goes wrong on purpose, whatever the test method. */
export const noFaults: Pick<SandboxFaults, 'befall'> = { befall: async (decide) => (await decide()).outcome };
