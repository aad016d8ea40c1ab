import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { OrderFenced, PaymentMismatch } from '../charge/charge.js';
import { GatewayOutcomeUnknown } from '../gateway/payment-gateway.js';
import { NoTimeLeft } from '../gateway/timed-gateway.js';
import { RefundFenced, RefundMismatch } from '../refund/refund.js';
import { PaymentNotRefundable, PaymentUnknown, RefundExceedsCharge } from '../refund/refundable.js';
import { orders, refundIds } from './plan.js';
import type { Answer, Evidence } from './world.js';

const foreseen = [
  OrderFenced,
  PaymentMismatch,
  RefundFenced,
  RefundMismatch,
  PaymentUnknown,
  PaymentNotRefundable,
  RefundExceedsCharge,
  GatewayOutcomeUnknown,
  NoTimeLeft,
];

/** Holds what came of a run against what must never happen. @throws AssertionError */
export function checkInvariants(evidence: Evidence): void {
  checkKeys(evidence);
  for (const order of orders) checkCharge(evidence, order);
  for (const refund of refundIds) checkRefund(evidence, refund);
  for (const order of orders) checkMoney(evidence, order);
  for (const answer of evidence.answers) checkAnswer(evidence, answer);
}

/** The gateway heard of nothing but orders and refunds, each under its own name: so none is charged or made twice. */
function checkKeys({ gateway }: Evidence): void {
  for (const key of gateway.charges.keys())
    ok(
      orders.some((order) => order === key),
      `a charge under the key ${key}`,
    );
  for (const key of gateway.refunds.keys())
    ok(
      refundIds.some((id) => id === key),
      `a refund under the key ${key}`,
    );
}

/** What is recorded of an order, what the gateway did, and what the fence says are one. */
function checkCharge({ state, gateway, chargeFences }: Evidence, order: string): void {
  const payment = state.payments.get(order);
  const made = gateway.charges.get(order);
  const fence = chargeFences.get(order);
  strictEqual(payment?.status, made?.outcome.status, `${order}: recorded and made`);
  strictEqual(fence?.outcome, made?.outcome.status === 'succeeded' ? 'charged' : 'not_charged', `${order}: fence`);
  strictEqual(fence?.payment?.id, payment?.id, `${order}: the fence's payment`);
  if (payment === undefined || made === undefined) return;
  const { amount, currency, paymentMethod } = payment;
  deepStrictEqual(made.request, { idempotencyKey: order, amount, currency, paymentMethod }, `${order}: request`);
}

/** The same of a refund. */
function checkRefund({ state, gateway, refundFences }: Evidence, id: string): void {
  const refund = state.refunds.get(id);
  const made = gateway.refunds.get(id);
  const fence = refundFences.get(id);
  strictEqual(refund?.status, made?.outcome.status, `${id}: recorded and made`);
  strictEqual(fence?.outcome, made?.outcome.status === 'succeeded' ? 'refunded' : 'not_refunded', `${id}: fence`);
  strictEqual(fence?.refund?.id, refund?.id, `${id}: the fence's refund`);
  if (refund === undefined || made === undefined) return;
  const { amount, currency, chargeReference } = refund;
  deepStrictEqual(made.request, { idempotencyKey: id, amount, currency, chargeReference }, `${id}: request`);
}

/** The gateway gave back no more than it charged, the payment says how much that is, and the ledger says the same. */
function checkMoney({ state, gateway }: Evidence, order: string): void {
  const payment = state.payments.get(order);
  if (payment === undefined) return;
  const charged = payment.status === 'succeeded' ? payment.amount : 0;
  const refunded = [...gateway.refunds.values()]
    .filter(
      ({ request, outcome }) => request.chargeReference === payment.gatewayReference && outcome.status === 'succeeded',
    )
    .reduce((sum, { request }) => sum + request.amount, 0);
  ok(refunded <= charged, `${order}: ${refunded} was given back of ${charged}`);
  deepStrictEqual([payment.refunded, payment.refunding], [refunded, 0], `${order}: refunded, and reserved`);
  const balance = (account: string) =>
    state.ledger
      .filter((entry) => entry.paymentId === payment.id && entry.account === account)
      .reduce((sum, entry) => sum + entry.amount, 0);
  deepStrictEqual(
    [balance('gateway'), balance('sales') + 0],
    [charged - refunded, refunded - charged],
    `${order}: ledger`,
  );
}

/** Nobody was ever told what turned out to be wrong. */
function checkAnswer(
  evidence: Evidence,
  { operation, payment, refund, chargeFence, refundFence, error }: Answer,
): void {
  const told = `the answer to ${JSON.stringify(operation)}`;
  if (error)
    ok(
      foreseen.some((kind) => error instanceof kind),
      `${told}: ${error.stack}`,
    );
  if ('order' in operation && operation.kind !== 'refund') {
    const settled = evidence.chargeFences.get(operation.order);
    if (payment) strictEqual(settled?.payment?.id, payment.id, told);
    if (payment) strictEqual(settled?.outcome, payment.status === 'succeeded' ? 'charged' : 'not_charged', told);
    if (payment && operation.kind === 'charge')
      deepStrictEqual([payment.amount, payment.paymentMethod], [operation.amount, operation.method], told);
    if (error instanceof OrderFenced) strictEqual(settled?.payment, null, told);
    if (chargeFence)
      deepStrictEqual([chargeFence.outcome, chargeFence.payment?.id], [settled?.outcome, settled?.payment?.id], told);
  } else {
    const settled = evidence.refundFences.get(operation.refund);
    if (refund) deepStrictEqual([settled?.refund?.id, settled?.refund?.status], [refund.id, refund.status], told);
    if (refund && operation.kind === 'refund') strictEqual(refund.amount, operation.amount, told);
    if (error instanceof RefundFenced) strictEqual(settled?.refund, null, told);
    if (refundFence) deepStrictEqual(refundFence, settled, told);
  }
}
