import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { PaymentDatabase } from '../database.js';
import type { ChargeRequest, GatewayOutcome } from './payment-gateway.js';
import { sandboxCharges } from './sandbox-charge.table.js';
import type { Decided } from './sandbox-faults.js';
import { declineReasonOf, faultOf } from './sandbox-methods.js';

type SandboxCharge = typeof sandboxCharges.$inferSelect;

/** Decides a charge once per key, and gives the same outcome again. */
export async function chargeAtSandbox(db: PaymentDatabase, request: ChargeRequest): Promise<Decided<GatewayOutcome>> {
  const made = await decide(db, request);
  const charge = made ?? (await decided(db, request.idempotencyKey));
  if (differs(charge, request)) {
    throw new Error(`The sandbox gateway has decided ${request.idempotencyKey} with another amount or method.`);
  }
  return { outcome: outcomeOf(charge), fault: made && faultOf(request.paymentMethod, 'charge') };
}

/** What a line of the sandbox's books says. */
export function outcomeOf(line: { reference: string; declineReason: string | null }): GatewayOutcome {
  return line.declineReason === null
    ? { status: 'succeeded', reference: line.reference }
    : { status: 'declined', reason: line.declineReason };
}

/** Decides a new key; undefined where the key has been decided before, or is being decided at this moment. */
async function decide(db: PaymentDatabase, request: ChargeRequest): Promise<SandboxCharge | undefined> {
  const declineReason = declineReasonOf(request.paymentMethod) ?? null;
  const [charge] = await db
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

async function decided(db: PaymentDatabase, idempotencyKey: string): Promise<SandboxCharge> {
  const [charge] = await db.select().from(sandboxCharges).where(eq(sandboxCharges.idempotencyKey, idempotencyKey));
  if (charge === undefined) throw new Error(`The sandbox gateway has lost its record of ${idempotencyKey}.`);
  return charge;
}

function differs(charge: SandboxCharge, request: ChargeRequest): boolean {
  return (
    charge.amount !== request.amount ||
    charge.currency !== request.currency ||
    charge.paymentMethod !== request.paymentMethod
  );
}
