import { randomUUID } from 'node:crypto';
import { and, eq, sum } from 'drizzle-orm';
import type { PaymentDatabase } from '../database.js';
import type { GatewayOutcome, RefundRequest } from './payment-gateway.js';
import { sandboxCharges } from './sandbox-charge.table.js';
import { outcomeOf } from './sandbox-charges.js';
import type { Decided } from './sandbox-faults.js';
import { faultOf, refundDeclineReasonOf } from './sandbox-methods.js';
import { sandboxRefunds } from './sandbox-refund.table.js';

type SandboxCharge = typeof sandboxCharges.$inferSelect;
type SandboxRefund = typeof sandboxRefunds.$inferSelect;

/** Decides a refund once per key, and gives the same outcome again. It never gives back more than it charged. */
export function refundAtSandbox(db: PaymentDatabase, request: RefundRequest): Promise<Decided<GatewayOutcome>> {
  return db.transaction(async (tx) => {
    const charge = await lockedCharge(tx, request.chargeReference);
    const before = await decided(tx, request.idempotencyKey);
    const refund = before ?? (await decide(tx, request, charge));
    if (differs(refund, request)) {
      throw new Error(`The sandbox gateway has decided ${request.idempotencyKey} with another charge or amount.`);
    }
    return { outcome: outcomeOf(refund), fault: before ? undefined : faultOf(charge.paymentMethod, 'refund') };
  });
}

/** The charge, with its refunds kept from changing until the transaction ends. */
async function lockedCharge(tx: PaymentDatabase, reference: string): Promise<SandboxCharge> {
  const [charge] = await tx
    .select()
    .from(sandboxCharges)
    .where(eq(sandboxCharges.reference, reference))
    .for('no key update');
  if (charge === undefined) throw new Error(`The sandbox gateway knows no charge ${reference}.`);
  return charge;
}

async function decided(tx: PaymentDatabase, idempotencyKey: string): Promise<SandboxRefund | undefined> {
  const [refund] = await tx.select().from(sandboxRefunds).where(eq(sandboxRefunds.idempotencyKey, idempotencyKey));
  return refund;
}

async function decide(tx: PaymentDatabase, request: RefundRequest, charge: SandboxCharge): Promise<SandboxRefund> {
  const declineReason = await declineReasonOf(tx, request, charge);
  const [refund] = await tx
    .insert(sandboxRefunds)
    .values({
      ...request,
      reference: `sandbox_refund_${randomUUID()}`,
      outcome: declineReason === null ? 'succeeded' : 'declined',
      declineReason,
    })
    .returning();
  if (refund === undefined) throw new Error(`The sandbox gateway could not record ${request.idempotencyKey}.`);
  return refund;
}

async function declineReasonOf(tx: PaymentDatabase, request: RefundRequest, charge: SandboxCharge) {
  if (charge.outcome === 'declined') return 'charge_declined';
  const [before] = await tx
    .select({ amount: sum(sandboxRefunds.amount) })
    .from(sandboxRefunds)
    .where(and(eq(sandboxRefunds.chargeReference, charge.reference), eq(sandboxRefunds.outcome, 'succeeded')));
  if (Number(before?.amount ?? 0) + request.amount > charge.amount) return 'amount_too_large';
  return refundDeclineReasonOf(charge.paymentMethod) ?? null;
}

function differs(refund: SandboxRefund, request: RefundRequest): boolean {
  return (
    refund.chargeReference !== request.chargeReference ||
    refund.amount !== request.amount ||
    refund.currency !== request.currency
  );
}
