import type { Scheduler } from 'fast-check';
import type { Answer } from '../idempotency/answer.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { OrderRow } from '../orders/order.table.js';
import type { PaymentAnswer } from '../payment-hop/payment-answer.js';
import type { DraftOrder } from '../place-order/draft-order.js';
import { type ChargeHop, PlaceOrder } from '../place-order/place-order.js';
import { SettleOrder } from '../place-order/settle-order.js';
import { MemoryTables, memoryKeys, memoryOrders } from './memory.stores.js';
import { PaymentModel } from './payment-model.js';
import { Process } from './process.js';
import { transport, type Weather } from './transport.js';

/** A request of a client. Those of one key and one method are repetitions of each other. */
export interface Wish {
  readonly key: string | undefined;
  readonly paymentMethod: 'pm_card_visa' | 'pm_card_chargeDeclined';
}

/** What a client was told. */
export interface Told {
  readonly wish: Wish;
  readonly answer: Answer;
}

/** How a world differs from the real one, to see that the simulation notices. */
export interface Defects {
  /** Payment forgets its fences. */
  readonly forgetsFences?: boolean;
  /** An undecided answer is taken for a refusal to charge, and the order is cancelled. */
  readonly guesses?: boolean;
  /** A second request with the same key makes a second order. */
  readonly forgetsKeys?: boolean;
}

/** What drives a world. */
export interface WorldParts {
  readonly scheduler: Scheduler;
  /** The weather of the next request between order and payment. */
  readonly weather: () => Weather;
  /** Counts what happened, by name. */
  readonly count: (what: string) => void;
}

const owner = { issuer: 'https://auth.example', subject: 'alice' };

/** The order service with its real logic, on tables in memory, a model of payment, and a network between them. */
export class World {
  readonly told: Told[] = [];
  readonly tables: MemoryTables;
  readonly payment: PaymentModel;
  /** Errors that nobody should ever see. */
  readonly surprises: unknown[] = [];
  private calm = false;
  private clock = 0;
  private ids = 0;
  private order: Process;
  private paymentProcess: Process;

  constructor(
    private readonly parts: WorldParts,
    private readonly defects: Defects = {},
  ) {
    const { scheduler } = parts;
    this.tables = new MemoryTables(() => this.clock);
    this.payment = new PaymentModel(this.newId, !defects.forgetsFences);
    this.order = new Process(scheduler, 'order');
    this.paymentProcess = new Process(scheduler, 'payment');
  }

  /** A client asks for something, and may never hear of it again. */
  async place(wish: Wish): Promise<void> {
    try {
      const answer = await this.placeOrder().place(owner, draftOf(wish), wish.key);
      this.told.push({ wish, answer });
      this.parts.count(`${answer.status}${'Idempotent-Replayed' in answer.headers ? ' again' : ''}`);
    } catch (error) {
      this.meet(error);
    }
  }

  /** A turn of the recovery job: it tries to settle every order that is pending at this moment. */
  async settle(): Promise<void> {
    const settleOrder = new SettleOrder(memoryOrders(this.tables, this.order.step), this.hop());
    for (const id of this.pending()) {
      await settleOrder.settle(id).then(
        () => this.parts.count('settled'),
        (error: unknown) => this.meet(error),
      );
    }
  }

  /** Kills a process; its successor is there at once. */
  kill(which: 'order' | 'payment'): void {
    this.parts.count(`${which} killed`);
    if (which === 'order') {
      this.order.kill();
      this.order = new Process(this.parts.scheduler, 'order');
    } else {
      this.paymentProcess.kill();
      this.paymentProcess = new Process(this.parts.scheduler, 'payment');
    }
  }

  /** Time passes. */
  tick(): void {
    this.clock++;
  }

  /** The storm is over: nobody gives up any more, and every request that was in flight counts as dead. */
  heal(): void {
    this.calm = true;
    this.clock += 1000;
  }

  pending(): string[] {
    return [...this.tables.orders.values()].filter(({ status }) => status === 'pending').map(({ id }) => id);
  }

  private placeOrder(): PlaceOrder {
    const { step } = this.order;
    const keys = memoryKeys(this.tables, step);
    const orders = memoryOrders(this.tables, step);
    const { forgetsKeys, guesses } = this.defects;
    return new PlaceOrder({
      orders: forgetsKeys ? { ...orders, begin: (order) => orders.begin(order, undefined) } : orders,
      payment: guesses ? guessing(this.hop()) : this.hop(),
      idempotency: new Idempotency(keys, this.newId, (error) => this.surprises.push(error)),
      onUndecided: () => undefined,
    });
  }

  private hop() {
    const { payment } = this;
    const { scheduler, weather } = this.parts;
    return transport({
      scheduler,
      payment,
      weather: () => (this.calm ? 'fair' : weather()),
      process: () => this.paymentProcess,
      patient: () => this.calm,
    });
  }

  private meet(error: unknown): void {
    if (isForeseen(error)) this.parts.count(error.name);
    else this.surprises.push(error);
  }

  private readonly newId = (): string => `00000000-0000-4000-8000-${String(++this.ids).padStart(12, '0')}`;
}

function draftOf({ paymentMethod }: Wish): DraftOrder {
  const items = [{ sku: 'PEN-1', quantity: 1, unitPrice: 300 }];
  return { items, total: { amount: 300, currency: 'EUR' }, paymentMethod };
}

/** What never to do: to take silence for a decision. */
function guessing(hop: ChargeHop): ChargeHop {
  const charge = async (order: OrderRow): Promise<PaymentAnswer> => {
    const answer = await hop.charge(order);
    const problem = { status: 402, code: 'payment_declined', detail: 'guessed', declineReason: 'silence' };
    return 'lost' in answer ? { status: 402, body: { ...problem, orderId: order.id, paymentId: order.id } } : answer;
  };
  return { ...hop, charge };
}

const foreseen = new Set(['KeyReused', 'StillInFlight', 'Unsettled', 'Refused']);

function isForeseen(error: unknown): error is Error {
  return error instanceof Error && foreseen.has(error.name);
}
