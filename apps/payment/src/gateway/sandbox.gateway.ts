import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { eq } from 'drizzle-orm';
import type { PaymentDatabase } from '../database.js';
import { type ChargeOutcome, type ChargeRequest, PaymentGateway } from './payment-gateway.js';
import { sandboxCharges } from './sandbox-charge.table.js';
import { declineReasonOf } from './sandbox-methods.js';

type SandboxCharge = typeof sandboxCharges.$inferSelect;

/** A gateway that moves no money: it decides by the test method and remembers each key durably, as a provider would. */
@Injectable()
export class SandboxGateway extends PaymentGateway {
  constructor(@InjectDatabase() private readonly db: PaymentDatabase) {
    super();
  }

  override async charge(request: ChargeRequest): Promise<ChargeOutcome> {
    const charge = (await this.decide(request)) ?? (await this.decided(request.idempotencyKey));
    if (differs(charge, request)) {
      throw new Error(`The sandbox gateway has decided ${request.idempotencyKey} with another amount or method.`);
    }
    return charge.declineReason === null
      ? { status: 'succeeded', reference: charge.reference }
      : { status: 'declined', reason: charge.declineReason };
  }

  /** Decides a new key; undefined where the key has been decided before, or is being decided at this moment. */
  private async decide(request: ChargeRequest): Promise<SandboxCharge | undefined> {
    const declineReason = declineReasonOf(request.paymentMethod) ?? null;
    const [charge] = await this.db
      .insert(sandboxCharges)
      .values({
        ...request,
        reference: `sandbox_${randomUUID()}`,
        outcome: declineReason === null ? 'succeeded' : 'declined',
        declineReason,
      })
      .onConflictDoNothing()
      .returning();
    return charge;
  }

  private async decided(idempotencyKey: string): Promise<SandboxCharge> {
    const [charge] = await this.db
      .select()
      .from(sandboxCharges)
      .where(eq(sandboxCharges.idempotencyKey, idempotencyKey));
    if (charge === undefined) throw new Error(`The sandbox gateway has lost its record of ${idempotencyKey}.`);
    return charge;
  }
}

function differs(charge: SandboxCharge, request: ChargeRequest): boolean {
  return (
    charge.amount !== request.amount ||
    charge.currency !== request.currency ||
    charge.paymentMethod !== request.paymentMethod
  );
}
