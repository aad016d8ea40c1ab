import { Charge } from '../charge/charge.js';
import type { ChargeBooks } from '../charge/charge-books.js';
import { ChargeDecision } from '../charge/charge-decision.js';
import type { Claims } from '../claim/claims.js';
import { FenceCharge } from '../fence/fence-charge.js';
import { FenceRefund } from '../fence/fence-refund.js';
import type { PaymentGateway } from '../gateway/payment-gateway.js';
import { type GatewayTiming, TimedGateway } from '../gateway/timed-gateway.js';
import { Refund } from '../refund/refund.js';
import type { RefundBooks } from '../refund/refund-books.js';
import { RefundDecision } from '../refund/refund-decision.js';

/** All that the decisions of the payment service touch. */
export interface Ports {
  readonly claims: Claims;
  readonly charges: ChargeBooks;
  readonly refunds: RefundBooks;
  readonly gateway: PaymentGateway;
  readonly timing: GatewayTiming;
}

/** The decisions of the payment service. */
export interface PaymentLogic {
  readonly charge: Pick<Charge, 'charge'>;
  readonly fenceCharge: Pick<FenceCharge, 'settle' | 'read'>;
  readonly refund: Pick<Refund, 'refund'>;
  readonly fenceRefund: Pick<FenceRefund, 'settle' | 'read'>;
}

/** Puts the very classes of the service together, as its module does. */
export function paymentLogic({ claims, charges, refunds, gateway, timing }: Ports): PaymentLogic {
  const timed = new TimedGateway(gateway, timing);
  const chargeDecision = new ChargeDecision(charges, timed);
  const refundDecision = new RefundDecision(refunds, timed);
  return {
    charge: new Charge(charges, timed, chargeDecision),
    fenceCharge: new FenceCharge(claims, charges, timed, chargeDecision),
    refund: new Refund(refunds, timed, refundDecision),
    fenceRefund: new FenceRefund(claims, refunds, timed, refundDecision),
  };
}
