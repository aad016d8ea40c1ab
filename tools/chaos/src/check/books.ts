import type { TableRow, Tables } from '../deployment/index.js';
import { basketNumber } from '../load/index.js';

/** An order as the order service keeps it. Times are milliseconds since the epoch, amounts minor units. */
export interface OrderRow {
  readonly id: string;
  readonly status: string;
  /** The number of its basket; undefined where it has none. */
  readonly basket: number | undefined;
  readonly total: number;
  readonly paymentId: string | undefined;
  readonly paymentStatus: string | undefined;
  readonly createdAt: number;
  readonly decidedAt: number | undefined;
}

/** A payment as the payment service keeps it. */
export interface PaymentRow {
  readonly id: string;
  readonly orderId: string;
  readonly status: string;
  readonly amount: number;
}

/** An entry of the ledger. */
export interface LedgerRow {
  readonly paymentId: string;
  readonly account: string;
  readonly amount: number;
}

/** What the gateway, another company, has in its own books under a key: an order's id, or a refund's. */
export interface GatewayRow {
  readonly key: string;
  readonly outcome: string;
  readonly amount: number;
}

/** A refund as order (`of`: its order) or payment (`of`: its payment) keeps it. */
export interface RefundRow {
  readonly id: string;
  readonly of: string;
  readonly status: string;
  readonly amount: number;
}

/** The data of both services and of the gateway. */
export interface Books {
  readonly orders: readonly OrderRow[];
  readonly orderRefunds: readonly RefundRow[];
  readonly payments: readonly PaymentRow[];
  readonly paymentRefunds: readonly RefundRow[];
  readonly ledger: readonly LedgerRow[];
  readonly charges: readonly GatewayRow[];
  readonly gatewayRefunds: readonly GatewayRow[];
}

/** The tables that are read of the order service. */
export const orderTables = ['orders', 'refunds'] as const;

/** The tables that are read of the payment service. */
export const paymentTables = ['payments', 'refunds', 'ledger_entries', 'sandbox_charges', 'sandbox_refunds'] as const;

/** Reads the books from the tables of both services. */
export function booksOf(order: Tables, payment: Tables): Books {
  return {
    orders: rows(order, 'orders', orderRow),
    orderRefunds: rows(order, 'refunds', (row) => refundRow(row, 'order_id')),
    payments: rows(payment, 'payments', paymentRow),
    paymentRefunds: rows(payment, 'refunds', (row) => refundRow(row, 'payment_id')),
    ledger: rows(payment, 'ledger_entries', ledgerRow),
    charges: rows(payment, 'sandbox_charges', gatewayRow),
    gatewayRefunds: rows(payment, 'sandbox_refunds', gatewayRow),
  };
}

function rows<Row>(tables: Tables, name: string, read: (row: TableRow) => Row): Row[] {
  return (tables[name] ?? []).map(read);
}

function orderRow(row: TableRow): OrderRow {
  return {
    id: String(row.id),
    status: String(row.status),
    basket: basketNumber(row.items as { sku: string; quantity: number }[]),
    total: Number(row.total),
    paymentId: optional(row.payment_id),
    paymentStatus: optional(row.payment_status),
    createdAt: time(row.created_at),
    decidedAt: row.decided_at ? time(row.decided_at) : undefined,
  };
}

function paymentRow(row: TableRow): PaymentRow {
  const { id, order_id: orderId, status, amount, refunded } = row;
  const answered = answeredStatus(String(status), Number(amount), Number(refunded));
  return { id: String(id), orderId: String(orderId), status: answered, amount: Number(amount) };
}

/** Payment keeps what was given back beside its decision, and answers both in one word. */
function answeredStatus(status: string, amount: number, refunded: number): string {
  if (status !== 'succeeded' || refunded === 0) return status;
  return refunded === amount ? 'refunded' : 'partially_refunded';
}

function refundRow(row: TableRow, of: string): RefundRow {
  return { id: String(row.id), of: String(row[of]), status: String(row.status), amount: Number(row.amount) };
}

function ledgerRow(row: TableRow): LedgerRow {
  return { paymentId: String(row.payment_id), account: String(row.account), amount: Number(row.amount) };
}

function gatewayRow(row: TableRow): GatewayRow {
  return { key: String(row.idempotency_key), outcome: String(row.outcome), amount: Number(row.amount) };
}

function optional(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

/** The drivers give a date or a text. */
function time(value: unknown): number {
  return (value instanceof Date ? value : new Date(String(value))).getTime();
}
