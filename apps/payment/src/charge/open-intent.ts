import { randomUUID } from 'node:crypto';
import type { CreatePaymentBody } from '@waybill/contracts';
import { eq } from 'drizzle-orm';
import type { PaymentDatabase } from '../database.js';
import type { Payer } from '../payment/payer.js';
import { type PaymentRow, payments } from '../payment/payment.table.js';

/** Stores what is about to be charged, before the gateway hears of it; or finds what the order already has. */
export async function openIntent(db: PaymentDatabase, payer: Payer, body: CreatePaymentBody): Promise<PaymentRow> {
  const [opened] = await db
    .insert(payments)
    .values({
      id: randomUUID(),
      orderId: body.orderId,
      issuer: payer.issuer,
      subject: payer.subject,
      ...body.amount,
      paymentMethod: body.paymentMethod,
    })
    .onConflictDoNothing({ target: payments.orderId })
    .returning();
  return opened ?? (await existing(db, body.orderId));
}

async function existing(db: PaymentDatabase, orderId: string): Promise<PaymentRow> {
  const [found] = await db.select().from(payments).where(eq(payments.orderId, orderId));
  if (found === undefined) throw new Error(`The payment of order ${orderId} was there a moment ago, and is gone.`);
  return found;
}

/** Whether an order's payment is the one that is asked for: same payer, same amount, same method. */
export function isFor(payment: PaymentRow, payer: Payer, body: CreatePaymentBody): boolean {
  return (
    payment.issuer === payer.issuer &&
    payment.subject === payer.subject &&
    payment.amount === body.amount.amount &&
    payment.currency === body.amount.currency &&
    payment.paymentMethod === body.paymentMethod
  );
}
