import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { and, eq, sql } from 'drizzle-orm';
import { claims } from '../claim/claim.table.js';
import type { Standing } from '../claim/claims.js';
import type { PaymentDatabase } from '../database.js';
import { type GatewayOutcome, recorded } from '../gateway/payment-gateway.js';
import { post } from '../ledger/post.js';
import { refundEntries } from '../ledger/refund-entries.js';
import { type PaymentRow, payments } from '../payment/payment.table.js';
import { type DecidedRefund, isDecided } from './payment-refund.js';
import { type RefundRow, refunds } from './refund.table.js';
import { RefundBooks, type RefundIntent } from './refund-books.js';
import { chargeReferenceOf, reserved, settled } from './refundable.js';

/** The records of refunds in the service's own database. The payment's row is locked while its refunds change. */
@Injectable()
export class DrizzleRefundBooks extends RefundBooks {
  constructor(@InjectDatabase() private readonly db: PaymentDatabase) {
    super();
  }

  /** The table's trigger claims the id, and leaves the row out where somebody has claimed it before. */
  override open(intent: RefundIntent): Promise<RefundRow | undefined> {
    return this.db.transaction(async (tx) => {
      const payment = await locked(tx, intent.paymentId);
      const chargeReference = chargeReferenceOf(payment);
      const [opened] = await tx
        .insert(refunds)
        .values({ ...intent, chargeReference })
        .returning();
      if (opened && payment) await change(tx, payment.id, { refunding: reserved(payment, intent.amount) });
      return opened;
    });
  }

  override async find(id: string): Promise<Standing<RefundRow> | undefined> {
    const [found] = await this.db
      .select({ attempt: refunds })
      .from(claims)
      .leftJoin(refunds, eq(refunds.id, claims.id))
      .where(eq(claims.id, id));
    return found;
  }

  override finish(id: string, outcome: GatewayOutcome): Promise<DecidedRefund> {
    return this.db.transaction(async (tx) => {
      const [finished] = await tx
        .update(refunds)
        .set({ ...recorded(outcome), decidedAt: sql`now()` })
        .where(and(eq(refunds.id, id), eq(refunds.status, 'pending')))
        .returning();
      if (finished) await settle(tx, finished);
      return decided(finished ?? (await stored(tx, id)), id);
    });
  }
}

/** What a decision means to the payment and to the ledger. */
async function settle(tx: PaymentDatabase, refund: RefundRow): Promise<void> {
  const payment = await locked(tx, refund.paymentId);
  if (payment === undefined) throw new Error(`Refund ${refund.id} is of no payment.`);
  const made = refund.status === 'succeeded';
  await change(tx, payment.id, settled(payment, refund.amount, made));
  if (made) await post(tx, refundEntries(refund));
}

async function locked(tx: PaymentDatabase, paymentId: string): Promise<PaymentRow | undefined> {
  const [payment] = await tx.select().from(payments).where(eq(payments.id, paymentId)).for('no key update');
  return payment;
}

async function change(tx: PaymentDatabase, paymentId: string, to: Partial<PaymentRow>): Promise<void> {
  await tx.update(payments).set(to).where(eq(payments.id, paymentId));
}

async function stored(tx: PaymentDatabase, id: string): Promise<RefundRow | undefined> {
  const [refund] = await tx.select().from(refunds).where(eq(refunds.id, id));
  return refund;
}

function decided(refund: RefundRow | undefined, id: string): DecidedRefund {
  if (refund === undefined || !isDecided(refund)) throw new Error(`Refund ${id} was finished, and is not decided.`);
  return refund;
}
