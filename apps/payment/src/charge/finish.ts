import { and, eq, sql } from 'drizzle-orm';
import type { PaymentDatabase } from '../database.js';
import type { ChargeOutcome } from '../gateway/payment-gateway.js';
import { chargeEntries } from '../ledger/charge-entries.js';
import { post } from '../ledger/post.js';
import { type DecidedPayment, isDecided } from '../payment/payment.js';
import { type PaymentRow, payments } from '../payment/payment.table.js';

/**
 * Records what the gateway decided, and the ledger entries with it, in one transaction. Only an open intent is finished:
 * where a concurrent request was first, nothing is posted again and its result is the answer.
 */
export async function finish(db: PaymentDatabase, id: string, outcome: ChargeOutcome): Promise<DecidedPayment> {
  return db.transaction(async (tx) => {
    const [finished] = await tx
      .update(payments)
      .set({ ...recorded(outcome), decidedAt: sql`now()` })
      .where(and(eq(payments.id, id), eq(payments.status, 'pending')))
      .returning();
    if (finished?.status === 'succeeded') await post(tx, chargeEntries(finished));
    return decided(finished ?? (await stored(tx, id)), id);
  });
}

function recorded(outcome: ChargeOutcome) {
  return outcome.status === 'succeeded'
    ? { status: outcome.status, gatewayReference: outcome.reference }
    : { status: outcome.status, declineReason: outcome.reason };
}

async function stored(tx: PaymentDatabase, id: string): Promise<PaymentRow | undefined> {
  const [payment] = await tx.select().from(payments).where(eq(payments.id, id));
  return payment;
}

function decided(payment: PaymentRow | undefined, id: string): DecidedPayment {
  if (payment === undefined || !isDecided(payment)) throw new Error(`Payment ${id} was finished, and is not decided.`);
  return payment;
}
