import fc, { type Arbitrary } from 'fast-check';
import { type GatewayFault, gatewayFaults, methods } from './simulated-gateway.js';
import type { Crash } from './simulated-process.js';

/** The orders of the simulation; one may be charged and the other not. */
export const orders = ['order-a', 'order-b'] as const;

/** The refunds of the simulation. */
export const refundIds = ['refund-1', 'refund-2', 'refund-3'] as const;

/** What a client asks of the payment service. `amount` is in minor units. */
export type Operation =
  | { readonly kind: 'charge'; readonly order: string; readonly amount: number; readonly method: string }
  | { readonly kind: 'refund'; readonly refund: string; readonly order: string; readonly amount: number }
  | { readonly kind: 'settle charge' | 'read charge'; readonly order: string }
  | { readonly kind: 'settle refund' | 'read refund'; readonly refund: string };

/** One request, and what becomes of the process that handles it. */
export interface Attempt {
  readonly operation: Operation;
  readonly crash: Crash | undefined;
  /** How often the caller is found to be waiting still; undefined: always. */
  readonly patience: number | undefined;
}

/** All that happens in one run but the order in which it happens, which is the scheduler's. */
export interface Plan {
  /** The method with which the first order is charged before anything else happens; undefined: it is not. */
  readonly prepaid: string | undefined;
  /** What each client asks, one request after the other; a crash ends the request, and the next one takes over. */
  readonly clients: readonly (readonly Attempt[])[];
  /** What befalls the gateway's requests, in the order in which they are sent; after that nothing does. */
  readonly faults: readonly (GatewayFault | undefined)[];
}

/** Something once in so many times, and nothing otherwise. */
function rarely<T>(arbitrary: Arbitrary<T>, onceIn: number): Arbitrary<T | undefined> {
  return fc.oneof({ weight: onceIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

const order = fc.constantFrom(...orders);
const refunded = fc.constantFrom(orders[0], orders[0], orders[0], orders[1]);
const refund = fc.constantFrom(...refundIds);
const method = fc.constantFrom(...Object.keys(methods));

const operation: Arbitrary<Operation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('charge'), order, amount: fc.constantFrom(100, 200, 200, 200), method }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('settle charge'), order }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('read charge'), order }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('refund'),
      refund,
      order: refunded,
      amount: fc.constantFrom(70, 100, 150),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle refund'), refund }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('read refund'), refund }) },
);

const crash = fc.record({ step: fc.nat({ max: 4 }), effect: fc.constantFrom('lost', 'happens') });

const attempt: Arbitrary<Attempt> = fc.record({
  operation,
  crash: rarely(crash, 3),
  patience: rarely(fc.nat({ max: 1 }), 12),
});

const fault = rarely(fc.constantFrom(...gatewayFaults), 3);

/** Any plan. */
export const anyPlan: Arbitrary<Plan> = fc.record({
  prepaid: fc.constantFrom(undefined, 'pm_good', 'pm_good', 'pm_refund_declined'),
  clients: fc.array(fc.array(attempt, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
  faults: fc.array(fault, { maxLength: 6 }),
});
