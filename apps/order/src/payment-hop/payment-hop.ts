import { HttpStatus, Inject, Injectable } from '@nestjs/common';
import {
  AuthorityUnavailable,
  type HopAnswer,
  type HopRequest,
  HopUnknown,
  remainingMs,
  ServiceClient,
  ServiceTokenUnavailable,
  withDeadline,
} from '@waybill/auth';
import { Audience, type CreatePaymentBody, type CreatePaymentRefundBody, Scope } from '@waybill/contracts';
import { ProblemException } from '@waybill/service-defaults';
import { ExponentialBackoff, handleType, type RetryPolicy, retry } from 'cockatiel';
import { ORDER_CONFIG, type OrderConfig } from '../config.js';
import type { OrderRow } from '../orders/order.table.js';
import type { RefundRow } from '../refund-order/refund.table.js';
import type { PaymentAnswer } from './payment-answer.js';
import { PaymentCircuit } from './payment-circuit.js';
import { RetryBudget } from './retry-budget.js';

/** Less time than this is not worth an attempt, milliseconds. */
const worthAnAttemptMs = 50;

/** A fence that takes longer is tried again later: the job queue takes a job that takes longer for dead, milliseconds. */
const fenceTimeoutMs = 4_000;

/** What payment needs for a charge, and what for a refund. */
const [chargeScopes, refundScopes] = [[Scope.PaymentCreate], [Scope.PaymentRefund]];

/** Everything that order asks of payment: on the caller's own authority, and to settle what was left undecided as itself. */
@Injectable()
export class PaymentHop {
  private readonly budget = new RetryBudget();
  private readonly retry: RetryPolicy = retry(
    handleType(HopUnknown, () => isWorthAnAttempt() && this.budget.take()),
    { maxAttempts: 2, backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 500 }) },
  );

  constructor(
    private readonly services: ServiceClient,
    private readonly circuit: PaymentCircuit,
    @Inject(ORDER_CONFIG) private readonly config: OrderConfig,
  ) {}

  /** Says whether the caller's authority reaches payment for a charge, before anything is stored. @throws Refusal */
  ensureMayCharge(): Promise<void> {
    return this.services.to(Audience.Payment).ensureAllowed(chargeScopes);
  }

  /** The same for a refund. @throws Refusal */
  ensureMayRefund(): Promise<void> {
    return this.services.to(Audience.Payment).ensureAllowed(refundScopes);
  }

  /** Does `work` unless payment is away or the caller has stopped waiting. @throws ProblemException 503 before it begins */
  async admit<T extends object>(work: () => Promise<T>): Promise<T> {
    if (!isWorthAnAttempt()) throw noTimeLeft();
    return this.circuit.admit(work);
  }

  /** The order's id is the idempotency key: asked again, payment charges no second time. @throws HopRefusal, HopMisconfigured */
  charge({ id: orderId, total: amount, currency, paymentMethod }: OrderRow): Promise<PaymentAnswer> {
    const body: CreatePaymentBody = { orderId, amount: { amount, currency }, paymentMethod };
    const request = { method: 'POST', path: '/payments', body, idempotencyKey: orderId } as const;
    return this.asTheCaller({ ...request, scopes: chargeScopes });
  }

  /** The refund's id is the idempotency key. @throws HopRefusal, HopMisconfigured */
  refund({ id: refundId, paymentId, amount, currency }: RefundRow): Promise<PaymentAnswer> {
    const body: CreatePaymentRefundBody = { refundId, amount: { amount, currency } };
    const request = { method: 'POST', path: `/payments/${paymentId}/refunds`, body, idempotencyKey: refundId } as const;
    return this.asTheCaller({ ...request, scopes: refundScopes });
  }

  /** What became of an order's charge; no later one will ever be made. */
  fenceCharge(orderId: string): Promise<PaymentAnswer> {
    return this.asItself({ method: 'PUT', path: `/payments/by-order/${orderId}/fence` });
  }

  /** What became of a refund; it will never be made later. */
  fenceRefund(refundId: string): Promise<PaymentAnswer> {
    return this.asItself({ method: 'PUT', path: `/payments/by-refund/${refundId}/fence` });
  }

  /** All attempts together take no longer than one may. Each is signed anew. */
  private asTheCaller(request: HopRequest): Promise<PaymentAnswer> {
    this.budget.earn();
    return withDeadline(this.config.paymentTimeoutMs, () =>
      answerOrLoss(() => this.retry.execute(() => this.services.to(Audience.Payment).request(request))),
    );
  }

  private asItself(request: HopRequest): Promise<PaymentAnswer> {
    return withDeadline(fenceTimeoutMs, () =>
      answerOrLoss(() => this.services.asService(Audience.Payment).request(request)),
    );
  }
}

function isWorthAnAttempt(): boolean {
  return (remainingMs() ?? Number.POSITIVE_INFINITY) > worthAnAttemptMs;
}

function noTimeLeft(): ProblemException {
  return new ProblemException(
    HttpStatus.SERVICE_UNAVAILABLE,
    'no_time_left',
    'There is no time left for this request',
    'The caller’s time-out leaves no time to ask payment. Nothing was stored or charged: wait longer, or try again.',
    {},
    { 'Retry-After': '1' },
  );
}

async function answerOrLoss(ask: () => Promise<HopAnswer>): Promise<PaymentAnswer> {
  try {
    return await ask();
  } catch (error) {
    if (isLoss(error)) return { lost: error.reason };
    throw error;
  }
}

/** No answer came, or no token was to be had to ask with. */
function isLoss(error: unknown): error is HopUnknown | AuthorityUnavailable | ServiceTokenUnavailable {
  return [HopUnknown, AuthorityUnavailable, ServiceTokenUnavailable].some((loss) => error instanceof loss);
}
