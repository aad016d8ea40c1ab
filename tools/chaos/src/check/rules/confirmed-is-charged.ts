import { finalStatus, orderIdOf } from '../../load/index.js';
import type { GatewayRow, OrderRow, PaymentRow } from '../books.js';
import { type Evidence, isCharged } from '../evidence.js';
import type { Violation } from '../violation.js';

/** I2: a confirmed order is charged, by its own payment and with its own total; whoever was told 402 is not. */
export function confirmedIsCharged({ books, attempts }: Evidence): Violation[] {
  const payments = new Map(books.payments.map((payment) => [payment.orderId, payment]));
  const charges = new Map(books.charges.map((charge) => [charge.key, charge]));
  const declined = attempts
    .filter(({ wish, reply }) => wish.kind === 'order' && finalStatus(reply) === 402)
    .map(({ reply }) => orderIdOf(reply) ?? '');
  return [
    ...books.orders
      .filter(({ status }) => status === 'confirmed')
      .flatMap((order) => [
        ...inPayment(order, payments.get(order.id)).map((says) => said(order.id, says)),
        ...inGateway(order, charges.get(order.id)).map((says) => said(order.id, says)),
      ]),
    ...[...new Set(declined)]
      .filter((id) => charges.get(id)?.outcome === 'succeeded')
      .map((id) => said(id, 'the client was told 402, and the gateway has charged')),
  ];
}

function inPayment({ paymentId, total }: OrderRow, payment: PaymentRow | undefined): string[] {
  if (!payment || !isCharged(payment.status))
    return [`is confirmed, and its payment is ${payment?.status ?? 'missing'}`];
  return [
    ...(payment.id === paymentId ? [] : [`names the payment ${paymentId}, and has ${payment.id}`]),
    ...(payment.amount === total ? [] : [`costs ${total}, and its payment is ${payment.amount}`]),
  ];
}

function inGateway({ total }: OrderRow, charge: GatewayRow | undefined): string[] {
  if (charge?.outcome !== 'succeeded') return [`is confirmed, and the gateway has ${charge?.outcome ?? 'nothing'}`];
  return charge.amount === total ? [] : [`costs ${total}, and the gateway has charged ${charge.amount}`];
}

function said(orderId: string, says: string): Violation {
  return { invariant: 'I2', orderId, says };
}
