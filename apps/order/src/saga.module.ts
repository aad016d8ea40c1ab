import { randomUUID } from 'node:crypto';
import { type DynamicModule, Logger, Module, type Provider } from '@nestjs/common';
import { ServiceClient } from '@waybill/auth';
import { DATABASE, databaseReason, Jobs } from '@waybill/database';
import { ORDER_CONFIG, type OrderConfig } from './config.js';
import type { OrderDatabase } from './database.js';
import { DrizzleIdempotencyKeys } from './idempotency/drizzle.idempotency-keys.js';
import { Idempotency } from './idempotency/idempotency.js';
import { KeyPruner } from './idempotency/key-pruner.js';
import { DrizzleOrderStore } from './orders/drizzle.order-store.js';
import { orders } from './orders/order.table.js';
import { PaymentCircuit } from './payment-hop/payment-circuit.js';
import { PaymentHop } from './payment-hop/payment-hop.js';
import { PlaceOrder } from './place-order/place-order.js';
import { SettleOrder } from './place-order/settle-order.js';
import { DrizzleRefundStore } from './refund-order/drizzle.refund-store.js';
import { refunds } from './refund-order/refund.table.js';
import { RefundOrder } from './refund-order/refund-order.js';
import { SettleRefund } from './refund-order/settle-refund.js';
import { SettlementQueue } from './settle/settlement-queue.js';
import { Settlements } from './settle/settlements.js';
import { Sweep } from './settle/sweep.js';

/** What a request may take beyond its call to payment before its process counts as dead, milliseconds. */
const beyondPaymentMs = 2_000;

/** Puts the saga together: what decides is plain TypeScript, and here it meets the database, payment and the job queue. */
@Module({})
export class SagaModule {
  static forRoot(config: OrderConfig): DynamicModule {
    return {
      module: SagaModule,
      providers: [{ provide: ORDER_CONFIG, useValue: config }, ...stores, ...useCases, settlements, KeyPruner],
      exports: [PlaceOrder, RefundOrder],
    };
  }
}

const stores: Provider[] = [
  {
    provide: DrizzleOrderStore,
    useFactory: (db: OrderDatabase, config: OrderConfig) => new DrizzleOrderStore(db, inFlightMs(config)),
    inject: [DATABASE, ORDER_CONFIG],
  },
  {
    provide: DrizzleRefundStore,
    useFactory: (db: OrderDatabase, config: OrderConfig) => new DrizzleRefundStore(db, inFlightMs(config)),
    inject: [DATABASE, ORDER_CONFIG],
  },
  {
    provide: DrizzleIdempotencyKeys,
    useFactory: (db: OrderDatabase) => new DrizzleIdempotencyKeys(db),
    inject: [DATABASE],
  },
];

const useCases: Provider[] = [
  PaymentCircuit,
  PaymentHop,
  {
    provide: Idempotency,
    useFactory: (keys: DrizzleIdempotencyKeys) => new Idempotency(keys, randomUUID, reportKey),
    inject: [DrizzleIdempotencyKeys],
  },
  {
    provide: PlaceOrder,
    useFactory: (orders: DrizzleOrderStore, payment: PaymentHop, idempotency: Idempotency) =>
      new PlaceOrder({ orders, payment, idempotency, onUndecided: reportUndecided('Order') }),
    inject: [DrizzleOrderStore, PaymentHop, Idempotency],
  },
  {
    provide: RefundOrder,
    useFactory: (refunds: DrizzleRefundStore, payment: PaymentHop, idempotency: Idempotency) =>
      new RefundOrder({ refunds, payment, idempotency, onUndecided: reportUndecided('Refund') }),
    inject: [DrizzleRefundStore, PaymentHop, Idempotency],
  },
];

const settlements: Provider = {
  provide: Settlements,
  useFactory: (
    db: OrderDatabase,
    jobs: Jobs,
    services: ServiceClient,
    payment: PaymentHop,
    orderStore: DrizzleOrderStore,
    refundStore: DrizzleRefundStore,
  ) => {
    const order = new SettlementQueue(jobs, new SettleOrder(orderStore, payment));
    const refund = new SettlementQueue(jobs, new SettleRefund(refundStore, payment));
    const undecided = [
      { sweep: new Sweep(db, orders), queue: order },
      { sweep: new Sweep(db, refunds), queue: refund },
    ];
    return new Settlements(undecided, services.canActAsService);
  },
  inject: [DATABASE, Jobs, ServiceClient, PaymentHop, DrizzleOrderStore, DrizzleRefundStore],
};

const logger = new Logger('Saga');

function reportUndecided(what: string) {
  return ({ id }: { id: string }, reason: string) => logger.warn(`${what} ${id} stays pending: ${reason}.`);
}

function reportKey(error: unknown): void {
  logger.warn(`An idempotency key stays in flight for some seconds: ${databaseReason(error)}.`);
}

function inFlightMs({ paymentTimeoutMs }: OrderConfig): number {
  return paymentTimeoutMs + beyondPaymentMs;
}
