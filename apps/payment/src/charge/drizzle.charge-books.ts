import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { and, eq, sql } from 'drizzle-orm';
import { claims } from '../claim/claim.table.js';
import type { Standing } from '../claim/claims.js';
import type { PaymentDatabase } from '../database.js';
import { type GatewayOutcome, recorded } from '../gateway/payment-gateway.js';
import { chargeEntries } from '../ledger/charge-entries.js';
import { post } from '../ledger/post.js';
import { type DecidedPayment, isDecided } from '../payment/payment.js';
import { type PaymentRow, payments } from '../payment/payment.table.js';
import { ChargeBooks, type ChargeIntent } from './charge-books.js';

/** The records of charges in the service's own database. */
@Injectable()
export class DrizzleChargeBooks extends ChargeBooks {
  constructor(@InjectDatabase() private readonly db: PaymentDatabase) {
    super();
  }

  /** The table's trigger claims the order, and leaves the row out where somebody has claimed it before. */
  override async open(intent: ChargeIntent): Promise<PaymentRow | undefined> {
    const [opened] = await this.db
      .insert(payments)
      .values({ id: randomUUID(), ...intent })
      .returning();
    return opened;
  }

  override async find(orderId: string): Promise<Standing<PaymentRow> | undefined> {
    const [found] = await this.db
      .select({ attempt: payments })
      .from(claims)
      .leftJoin(payments, eq(payments.orderId, claims.id))
      .where(eq(claims.id, orderId));
    return found;
  }

  override finish(id: string, outcome: GatewayOutcome): Promise<DecidedPayment> {
    return this.db.transaction(async (tx) => {
      const [finished] = await tx
        .update(payments)
        .set({ ...recorded(outcome), decidedAt: sql`now()` })
        .where(and(eq(payments.id, id), eq(payments.status, 'pending')))
        .returning();
      if (finished?.status === 'succeeded') await post(tx, chargeEntries(finished));
      return decided(finished ?? (await stored(tx, id)), id);
    });
  }
}

async function stored(tx: PaymentDatabase, id: string): Promise<PaymentRow | undefined> {
  const [payment] = await tx.select().from(payments).where(eq(payments.id, id));
  return payment;
}

function decided(payment: PaymentRow | undefined, id: string): DecidedPayment {
  if (payment === undefined || !isDecided(payment)) throw new Error(`Payment ${id} was finished, and is not decided.`);
  return payment;
}
