import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { PaymentDatabase } from '../database.js';
import type { Payer } from './payer.js';
import { type PaymentRow, payments } from './payment.table.js';

const paymentId = z.uuid();

/** The payer's payment of this id; undefined where there is none, where it is another's, and where `id` is no id at all. */
export async function findPayment(db: PaymentDatabase, payer: Payer, id: string): Promise<PaymentRow | undefined> {
  if (!paymentId.safeParse(id).success) return undefined;
  const own = and(eq(payments.issuer, payer.issuer), eq(payments.subject, payer.subject));
  const [payment] = await db
    .select()
    .from(payments)
    .where(and(eq(payments.id, id), own));
  return payment;
}
