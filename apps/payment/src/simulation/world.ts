import type { ChargeFence, RefundFence } from '@waybill/contracts';
import type { Scheduler } from 'fast-check';
import type { DecidedPayment } from '../payment/payment.js';
import type { DecidedRefund } from '../refund/payment-refund.js';
import { MemoryChargeBooks } from './memory.charge-books.js';
import { MemoryClaims } from './memory.claims.js';
import { MemoryRefundBooks } from './memory.refund-books.js';
import { MemoryState } from './memory-state.js';
import type { PaymentLogic, Ports } from './payment-logic.js';
import { type Attempt, type Operation, orders, type Plan, refundIds } from './plan.js';
import { type GatewayFault, GatewayLedger, SimulatedGateway } from './simulated-gateway.js';
import { SimulatedProcess, type Step } from './simulated-process.js';

/** The service as it is to be simulated. `state` and `step` are for those that are built wrongly on purpose. */
export type Build = (ports: Ports, state: MemoryState, step: Step) => PaymentLogic;

/** What a client was answered; a request whose process died has no answer. */
export interface Answer {
  readonly operation: Operation;
  readonly payment?: DecidedPayment;
  readonly refund?: DecidedRefund;
  /** Null: there is none to be read. */
  readonly chargeFence?: ChargeFence | null;
  readonly refundFence?: RefundFence | null;
  readonly error?: Error;
}

/** What is known once everything has come to rest and every id has been settled. */
export interface Evidence {
  readonly state: MemoryState;
  readonly gateway: GatewayLedger;
  readonly answers: readonly Answer[];
  readonly crashes: number;
  readonly chargeFences: ReadonlyMap<string, ChargeFence>;
  readonly refundFences: ReadonlyMap<string, RefundFence>;
}

const waitForEver = () => new Promise<never>(() => {});
const timeoutMs = 1500;

/** One database, one gateway, and any number of processes that serve clients and die. */
export class World {
  private readonly state = new MemoryState();
  private readonly gateway = new GatewayLedger();
  private readonly answers: Answer[] = [];
  private readonly faults: (GatewayFault | undefined)[];
  private crashes = 0;

  constructor(
    private readonly plan: Plan,
    private readonly scheduler: Scheduler,
    private readonly build: Build,
  ) {
    this.faults = [...plan.faults];
  }

  /** Lets everything happen, in the scheduler's order; then all is well, and each id is settled. */
  async run(): Promise<Evidence> {
    const healed = this.healedLogic();
    if (this.plan.prepaid) await this.ask(healed, prepayment(this.plan.prepaid));
    for (const attempts of this.plan.clients) void this.serve(attempts);
    await this.scheduler.waitIdle();
    const chargeFences = new Map<string, ChargeFence>();
    for (const order of orders) chargeFences.set(order, await healed.fenceCharge.settle(order));
    const refundFences = new Map<string, RefundFence>();
    for (const refund of refundIds) refundFences.set(refund, await healed.fenceRefund.settle(refund));
    const { state, gateway, answers, crashes } = this;
    return { state, gateway, answers, crashes, chargeFences, refundFences };
  }

  private async serve(attempts: readonly Attempt[]): Promise<void> {
    for (const { operation, crash, patience } of attempts) {
      const process = new SimulatedProcess(this.scheduler, crash);
      const died = process.death.then(() => void this.crashes++);
      await Promise.race([this.ask(this.logicIn(process, patience), operation), died]);
    }
  }

  private async ask(logic: PaymentLogic, operation: Operation): Promise<void> {
    const answer = await this.answerOf(logic, operation).catch((error: Error) => ({ error }));
    this.answers.push({ operation, ...answer });
  }

  private async answerOf(logic: PaymentLogic, operation: Operation): Promise<Omit<Answer, 'operation'>> {
    const who = { issuer: 'issuer', subject: 'alice' };
    switch (operation.kind) {
      case 'charge': {
        const { order: orderId, amount, method: paymentMethod } = operation;
        return {
          payment: await logic.charge.charge(who, { orderId, amount: { amount, currency: 'EUR' }, paymentMethod }),
        };
      }
      case 'refund': {
        const { refund: refundId, order, amount } = operation;
        const body = { refundId, amount: { amount, currency: 'EUR' } } as const;
        return { refund: await logic.refund.refund(who, `payment-of-${order}`, body) };
      }
      case 'settle charge':
        return { chargeFence: await logic.fenceCharge.settle(operation.order) };
      case 'read charge':
        return { chargeFence: (await logic.fenceCharge.read(operation.order)) ?? null };
      case 'settle refund':
        return { refundFence: await logic.fenceRefund.settle(operation.refund) };
      case 'read refund':
        return { refundFence: (await logic.fenceRefund.read(operation.refund)) ?? null };
    }
  }

  private logicIn({ step, sleep }: SimulatedProcess, patience = Number.POSITIVE_INFINITY): PaymentLogic {
    let looks = 0;
    const remainingMs = () => (looks++ < patience ? undefined : 0);
    return this.logic(step, () => this.faults.shift(), { timeoutMs, remainingMs, sleep });
  }

  /** The service where everything works at once. */
  private healedLogic(): PaymentLogic {
    const timing = { timeoutMs, remainingMs: () => undefined, sleep: waitForEver };
    return this.logic(
      async (_label, effect) => effect(),
      () => undefined,
      timing,
    );
  }

  private logic(step: Step, nextFault: () => GatewayFault | undefined, timing: Ports['timing']): PaymentLogic {
    const ports = {
      claims: new MemoryClaims(this.state, step),
      charges: new MemoryChargeBooks(this.state, step),
      refunds: new MemoryRefundBooks(this.state, step),
      gateway: new SimulatedGateway(this.gateway, step, nextFault),
      timing,
    };
    return this.build(ports, this.state, step);
  }
}

function prepayment(method: string): Operation {
  return { kind: 'charge', order: orders[0], amount: 200, method };
}
